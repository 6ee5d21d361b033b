import { findMarked } from '../../../src/core/attempt-mark.ts';
import { environmentValue, processIds, readProcessTable } from '../../../src/core/process-table.ts';
import { commandLineOf } from '../../e2e/processes.ts';
import type { Victim } from './order.ts';

/** Processes to kill now, this one last; none: there is no such process at the moment. */
export function findVictims(victim: Victim): number[] {
  if (victim === 'itself') return [process.pid];
  if (victim === 'fork-server')
    return ownChildren().filter((pid) => commandLineOf(pid).join(' ').includes('fork-server.pl'));
  return victim === 'command' ? firstCommand() : wholeInstallation();
}

function ownChildren(): number[] {
  return readProcessTable().flatMap(({ pid, parent }) => (parent === process.pid ? [pid] : []));
}

/** The shell of one command that this process looks after. */
function firstCommand(): number[] {
  const groups = new Set(readProcessTable().flatMap(({ pid, group }) => (pid === group ? [pid] : [])));
  return findMarked(({ supervisor }) => supervisor.startsWith(`${process.pid}@`))
    .flatMap(({ pid }) => (groups.has(pid) ? [pid] : []))
    .slice(0, 1);
}

function wholeInstallation(): number[] {
  const variable = 'SKEP__SERVER__DATA_DIR';
  const own = process.env[variable];
  const others = processIds().filter((pid) => pid !== process.pid && environmentValue(pid, variable) === own);
  return [...others, process.pid];
}
