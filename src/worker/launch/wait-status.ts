import { constants } from 'node:os';
import type { ProcessEnd } from '../../core/process.ts';

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** What a status word of wait(2) says. */
export function readWaitStatus(status: number): ProcessEnd {
  const signal = status & 0x7f;
  if (signal === 0) return { code: status >> 8, signal: null };
  return { code: null, signal: (SIGNALS.get(signal) ?? `SIG${signal}`) as NodeJS.Signals };
}
