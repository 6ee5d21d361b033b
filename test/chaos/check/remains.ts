/** What may not be there when all is over: processes, drafts of files, leases. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf } from '../../e2e/processes.ts';
import type { Stage } from '../scene/stage.ts';
import { type Fault, fault } from './fault.ts';

/** Milliseconds within which the processes of a dead client have to be gone: their commands are asked before they are killed. */
const PATIENCE = 30_000;
const LOOK_INTERVAL = 20;

/** Processes of the stage other than its server that do not end by themselves. */
export async function findRemains(stage: Stage, server: number | undefined): Promise<Fault[]> {
  const others = () => stage.processes().filter((pid) => pid !== server);
  const deadline = performance.now() + PATIENCE;
  while (others().length > 0 && performance.now() < deadline) await sleep(LOOK_INTERVAL);
  return others().map((pid) => fault('left', `Process ${pid} lives: ${commandLineOf(pid).join(' ')}.`));
}

/** The files of a data directory that nobody uses, and those of the scene itself. */
const KNOWN_FILES = [
  /^data$/,
  /^data\/(skep\.sqlite|server\.lock|token|clients|logs)$/,
  /^data\/logs\/[\w-]+\.log$/,
  // Where reports wait that find no server: the folders stay, and no report may be left in them.
  /^data\/spool(\/[\w-]+)?$/,
  /^(journal|jump|jumped|killed|points|locks)$/,
  /^locks\/\w+$/,
];

export function findStrangeFiles(stage: Stage): Fault[] {
  return readdirSync(stage.directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => !KNOWN_FILES.some((known) => known.test(path)))
    .map((path) => fault('left', `There is a file ${path}.`));
}
