import { commandLineOf, processesOf } from '../../e2e/processes.ts';
import type { Workbench } from '../../e2e/skep.ts';
import { type Role, roleOf } from './order.ts';

/** Kills the processes of one role without warning. @throws when there is none */
export function killRole(bench: Workbench, role: Role): void {
  const playing = findRole(bench, role);
  if (playing.length === 0) throw new Error(`There is no ${role} to kill.`);
  for (const pid of playing) process.kill(pid, 'SIGKILL');
}

/** The processes of one role that live now. */
export function findRole(bench: Workbench, role: Role): number[] {
  return processesOf(bench).filter((pid) => roleOf(commandLineOf(pid)) === role);
}
