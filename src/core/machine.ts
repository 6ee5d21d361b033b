import {
  type AttemptMark,
  findMarked,
  findSupervisors,
  type MarkedProcess,
  type MarkedSupervisor,
  type SupervisorMark,
} from './attempt-mark.ts';
import { countOutOfMemoryKills } from './out-of-memory.ts';
import { sendSignal } from './process.ts';
import { type ProcessRow, proportionalMemory, readProcessTable } from './process-table.ts';

/**
 * The living processes of the machine that we are on, whoever started them: handed in, like time and the network, so that
 * the simulation can hand in machines of its own.
 */
export interface Machine {
  /** Every living process; empty where the system does not tell. */
  processes(): readonly ProcessRow[];
  /** Living processes that carry a mark which `wanted` accepts. */
  marked(wanted: (mark: AttemptMark) => boolean): MarkedProcess[];
  /** Living supervisors whose mark `wanted` accepts. */
  supervisors(wanted: (mark: SupervisorMark) => boolean): MarkedSupervisor[];
  /**
   * Sends a signal to a process, or to a group when `target` is negative; false when nothing was there to receive it.
   * Throws when the system forbids it.
   */
  signal(target: number, name: NodeJS.Signals | 0): boolean;
  /** The bytes of memory of a process that are its own; undefined when it cannot be read. */
  proportionalMemory(pid: number): number | undefined;
  /** How often the kernel has killed something of ours for want of memory. */
  outOfMemoryKills(): number;
}

/** The machine that this process really runs on. */
export const systemMachine: Machine = {
  processes: readProcessTable,
  marked: findMarked,
  supervisors: findSupervisors,
  signal: sendSignal,
  proportionalMemory,
  outOfMemoryKills: countOutOfMemoryKills,
};
