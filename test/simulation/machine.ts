import {
  ATTEMPT_VARIABLE,
  type AttemptMark,
  type MarkedProcess,
  type MarkedSupervisor,
  readMark,
  readSupervisorMark,
  SUPERVISOR_VARIABLE,
  type SupervisorMark,
} from '../../src/core/attempt-mark.ts';
import type { Machine } from '../../src/core/machine.ts';
import type { ProcessRow } from '../../src/core/process-table.ts';
import type { SimulatedProcess } from './process.ts';

type ClockFaults = Pick<SimulatedMachine, 'skew' | 'drift'> & { readonly rate?: number };

/** One machine: its process table, and a wall clock that is wrong in its own way. */
export class SimulatedMachine implements Machine {
  readonly name: string;
  /** Milliseconds by which its wall clock is ahead, and the share by which it runs fast. */
  readonly skew: number;
  readonly drift: number;
  /** Seconds of its monotonic clock in one second. */
  readonly rate: number;
  /** It belongs to a batch cluster. */
  readonly isNode: boolean;
  readonly #living = new Map<number, SimulatedProcess>();
  #outOfMemoryKills = 0;

  constructor(name: string, { skew, drift, rate = 1 }: ClockFaults, isNode = false) {
    this.name = name;
    this.skew = skew;
    this.drift = drift;
    this.rate = rate;
    this.isNode = isNode;
  }

  get living(): readonly SimulatedProcess[] {
    return [...this.#living.values()];
  }

  add(process: SimulatedProcess): void {
    this.#living.set(process.pid, process);
  }

  remove(process: SimulatedProcess): void {
    this.#living.delete(process.pid);
  }

  find(pid: number): SimulatedProcess | undefined {
    return this.#living.get(pid);
  }

  /** The kernel takes the memory of a process back. */
  killForMemory(process: SimulatedProcess): void {
    this.#outOfMemoryKills++;
    process.kill();
  }

  processes(): readonly ProcessRow[] {
    return this.living.map(({ pid, parent, group, resident }) => ({
      pid,
      parent: parent?.pid ?? 1,
      group,
      session: group,
      cpu: 0,
      resident,
    }));
  }

  marked(wanted: (mark: AttemptMark) => boolean): MarkedProcess[] {
    return this.living.flatMap(({ pid, environment }) => {
      const mark = readMark(environment[ATTEMPT_VARIABLE] ?? '');
      return mark !== undefined && wanted(mark) ? [{ pid, mark }] : [];
    });
  }

  supervisors(wanted: (mark: SupervisorMark) => boolean): MarkedSupervisor[] {
    return this.living.flatMap(({ pid, environment }) => {
      const mark = readSupervisorMark(environment[SUPERVISOR_VARIABLE] ?? '');
      return mark !== undefined && wanted(mark) ? [{ pid, mark }] : [];
    });
  }

  signal(target: number, name: NodeJS.Signals | 0): boolean {
    const receivers = this.living.filter(({ pid, group }) => (target < 0 ? group === -target : pid === target));
    if (name !== 0) for (const process of receivers) process.receive(name);
    return receivers.length > 0;
  }

  proportionalMemory(pid: number): number | undefined {
    return this.#living.get(pid)?.resident;
  }

  outOfMemoryKills(): number {
    return this.#outOfMemoryKills;
  }
}

/** The machine as one of its processes sees it: a dead process sees nothing, and moves nothing. */
export function machineOf(process: SimulatedProcess): Machine {
  const { machine } = process;
  return {
    processes: () => (process.isAlive ? machine.processes() : []),
    marked: (wanted) => (process.isAlive ? machine.marked(wanted) : []),
    supervisors: (wanted) => (process.isAlive ? machine.supervisors(wanted) : []),
    signal: (target, name) => process.isAlive && machine.signal(target, name),
    proportionalMemory: (pid) => machine.proportionalMemory(pid),
    outOfMemoryKills: () => machine.outOfMemoryKills(),
  };
}
