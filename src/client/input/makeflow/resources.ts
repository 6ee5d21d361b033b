import { memoryInGib } from '../../../core/units.ts';
import type { ResourceValues } from '../../defaults.ts';
import { malformed } from '../listed/lines.ts';

/** Variables that belong to a category, and to the rules in it. */
export const SETTINGS = ['CORES', 'MEMORY', 'DISK', 'WALL_TIME'];

/**
 * What a rule asks for: MEMORY is in MB there, WALL_TIME in seconds.
 * @throws SkepError input_malformed for what is no whole number
 */
export function resourcesOf(settings: ReadonlyMap<string, string>, file: string, line: number): ResourceValues {
  const numberOf = (name: string): number | undefined => {
    const text = settings.get(name);
    if (text === undefined) return undefined;
    if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
    throw malformed(file, line, `${name} is ${JSON.stringify(text)} for this rule, and must be a whole number above 0`);
  };
  const [cores, memory, runtime] = [numberOf('CORES'), numberOf('MEMORY'), numberOf('WALL_TIME')];
  return {
    ...(cores !== undefined && { cores }),
    ...(memory !== undefined && { memory: memoryInGib(`${memory}M`) }),
    ...(runtime !== undefined && { runtime }),
  };
}
