import { readFileSync } from 'node:fs';
import { type Finding, ok, warning } from './finding.ts';

/** Each running command takes four open files of its supervisor and a handful of processes. */
const FEWEST = { 'open files': 1024, processes: 512 } as const;
const OPTIONS = { 'open files': 'n', processes: 'u' } as const;

/** What the system allows this user. `text`: of /proc/self/limits. */
export function checkLimits(text = readLimits()): Finding[] {
  if (text === undefined) return [ok('limits', 'this system does not tell them')];
  return (Object.keys(FEWEST) as (keyof typeof FEWEST)[]).map((name) => {
    const [, limit = 'unlimited'] = new RegExp(`^Max ${name} +(\\S+)`, 'm').exec(text) ?? [];
    if (limit === 'unlimited' || Number(limit) >= FEWEST[name]) return ok('limits', `${limit} ${name}`);
    const hint = `Raise it to ${FEWEST[name]} or more (ulimit -${OPTIONS[name]}): many commands at once will fail.`;
    return warning('limits', `only ${limit} ${name}`, hint);
  });
}

function readLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return undefined; // Not Linux.
  }
}
