/**
 * What Linux tells about living processes in `/proc`: who belongs to whom, and what they use. Elsewhere there is no such
 * directory and the tables are empty.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Seconds of CPU of the process and of the children that it has waited for. */
  readonly cpu: number;
  /** Bytes of resident memory. */
  readonly resident: number;
}

/** Every living process. Zombies are left out: they use nothing, run nothing and hold nothing. */
export function readProcessTable(): ProcessRow[] {
  return processIds().flatMap((pid) => readProcess(pid) ?? []);
}

/** Bytes of resident memory of one process; undefined when it does not live. */
export function residentMemory(pid: number): number | undefined {
  return readProcess(pid)?.resident;
}

/** The bytes of memory of a process that are its own, shared ones counted by share; undefined when it cannot be read. */
export function proportionalMemory(pid: number): number | undefined {
  const line = /^Pss:\s+(\d+) kB/m.exec(readOrNothing(`/proc/${pid}/smaps_rollup`));
  return line === null ? undefined : Number(line[1]) * 1024;
}

/** The value of one variable in the environment that a process was started with. */
export function environmentValue(pid: number, name: string): string | undefined {
  const environment = `\0${readOrNothing(`/proc/${pid}/environ`)}`;
  const start = environment.indexOf(`\0${name}=`);
  if (start < 0) return undefined;
  const from = start + name.length + 2;
  const end = environment.indexOf('\0', from);
  return environment.slice(from, end < 0 ? undefined : end);
}

/** All process ids, ascending. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return []; // Not Linux.
  }
}

/** Positions in `/proc/<pid>/stat` after the parenthesised name; see proc_pid_stat(5). */
const FIELD = {
  state: 0,
  parent: 1,
  group: 2,
  session: 3,
  userTime: 11,
  childrenSystemTime: 14,
  resident: 21,
} as const;

function readProcess(pid: number): ProcessRow | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || fields[FIELD.state] === 'Z' || fields[FIELD.state] === 'X') return undefined;
  const ticks = fields.slice(FIELD.userTime, FIELD.childrenSystemTime + 1).reduce((sum, text) => sum + Number(text), 0);
  return {
    pid,
    parent: Number(fields[FIELD.parent]),
    group: Number(fields[FIELD.group]),
    session: Number(fields[FIELD.session]),
    cpu: ticks / unit(CLOCK_TICKS, 100),
    resident: Number(fields[FIELD.resident]) * unit(PAGE_SIZE, 4096),
  };
}

/** A process may end between two looks, or belong to somebody else: then there is nothing to read. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Keys of the auxiliary vector, in which the kernel tells each process its units; see getauxval(3). */
const PAGE_SIZE = 6;
const CLOCK_TICKS = 17;
let units: ReadonlyMap<number, number> | undefined;

function unit(key: number, usual: number): number {
  units ??= readAuxiliaryVector();
  return units.get(key) ?? usual;
}

function readAuxiliaryVector(): Map<number, number> {
  const vector = Buffer.from(readOrNothing('/proc/self/auxv'), 'latin1');
  const values = new Map<number, number>();
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    values.set(Number(vector.readBigUInt64LE(at)), Number(vector.readBigUInt64LE(at + 8)));
  }
  return values;
}
