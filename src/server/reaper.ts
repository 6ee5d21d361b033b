/** The reaper: now and then it ends the runs that will not end themselves. Source: http-views §9. */
import { messageOf } from '../core/errors.ts';
import type { Spool } from '../core/spool.ts';
import type { Services } from './handler.ts';
import { type ReapedRun, reapRuns } from './operations/reap.ts';
import { repairWorkflows } from './operations/status-repair.ts';
import { takeSpooled } from './spooled.ts';

export interface Reaper {
  /** Ends the watch at once, after a search that is under way. */
  stop(): Promise<void>;
}

/**
 * Starts the watch. A search that fails is logged, and the next one comes at its time. `spool`: where workers leave the
 * reports that found no server.
 */
export function startReaper(services: Services, spool?: Spool): Reaper {
  const stopped = new AbortController();
  const watching = watch(services, spool, stopped.signal);
  return {
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}

async function watch(services: Services, spool: Spool | undefined, signal: AbortSignal): Promise<void> {
  const { clock, config, hearing } = services;
  const interval = config.reaper.poll_interval_minutes * 60_000;
  let repairedUntil = 0;
  while (true) {
    const asleepSince = clock.monotonic();
    await clock.sleep(interval, signal);
    if (signal.aborted) return;
    if (clock.monotonic() - asleepSince > 2 * interval) hearing.restart(); // Woken far too late: the process stood still.
    if (spool !== undefined) await takeSpooled(services, spool); // Before anything is ended for its silence.
    await search(services);
    repairedUntil = await repair(services, repairedUntil);
  }
}

async function search({ database, processes, hearing, log }: Services): Promise<void> {
  try {
    for (const run of await reapRuns(database, { processes, listeningSince: hearing.since })) report(run, log);
  } catch (error) {
    log.error({ error: messageOf(error) }, 'The search for runs that stopped reporting failed');
  }
}

/** Workflows that one round looks at. */
const REPAIR_WINDOW = 500;

/** Mends the next workflows that are called failed although all is done; gives back where the round after this one begins. */
async function repair({ database, log }: Services, after: number): Promise<number> {
  try {
    const { repaired, next } = await database.write((unit) => repairWorkflows(unit, { after, size: REPAIR_WINDOW }));
    for (const id of repaired) log.info({ workflow_id: id }, 'Workflow moved from F to D: all its tasks are done');
    return next;
  } catch (error) {
    log.error({ error: messageOf(error) }, 'The search for failed workflows that are done failed');
    return after;
  }
}

const REASONS = { silent: 'it stopped reporting', client_gone: 'its client process is dead' };

function report(run: ReapedRun, log: Services['log']): void {
  const context = { workflow_id: run.workflowId, workflow_run_id: run.workflowRunId };
  const why = REASONS[run.reason];
  if (run.after === run.before) {
    log.info({ ...context, kill_self_remaining: run.killSelfRemaining }, `Workflow run cannot end yet: ${why}`);
  } else {
    log.warn(context, `Workflow run moved from ${run.before} to ${run.after}: ${why}`);
  }
}
