/** The reaper: now and then it ends the runs that will not end themselves. Source: http-views §9. */
import { messageOf, SkepError } from '../core/errors.ts';
import type { Spool } from '../core/spool.ts';
import { forgetOld } from './access/audit.ts';
import type { Services } from './handler.ts';
import { type ReapedRun, type Reaping, reapRuns, type SparedRun } from './operations/reap.ts';
import { type Repair, repairWorkflows } from './operations/status-repair.ts';
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

export interface Found {
  readonly runs: readonly ReapedRun[];
  /** Runs that are overdue, but had no whole interval to report to this server; and when they will have had it. */
  readonly spared: readonly SparedRun[];
  /** Workflows that are done from now on: they were called failed, and all their tasks are done. */
  readonly repaired: readonly number[];
}

/**
 * One search now, through everything.
 * @throws SkepError transition_refused when another server of the database is the one that searches.
 */
export async function searchNow(services: Services): Promise<Found> {
  const found = await services.leadership.lead(async () => {
    const { runs, spared } = await search(services);
    const repaired: number[] = [];
    for (let after = 0, isFirst = true; isFirst || after > 0; isFirst = false) {
      const round = await repair(services, after);
      repaired.push(...round.repaired);
      after = round.next;
    }
    return { runs, spared, repaired };
  });
  if (found !== undefined) return found;
  throw new SkepError(
    'transition_refused',
    'Another server of this database searches for runs that stopped reporting.',
  );
}

async function watch(services: Services, spool: Spool | undefined, signal: AbortSignal): Promise<void> {
  const { clock, config, hearing, leadership, log } = services;
  const interval = config.reaper.poll_interval_minutes * 60_000;
  let repairedUntil = 0;
  while (true) {
    const asleepSince = clock.monotonic();
    await clock.sleep(interval, signal);
    if (signal.aborted) return;
    if (clock.monotonic() - asleepSince > 2 * interval) hearing.restart(); // Woken far too late: the process stood still.
    if (spool !== undefined) await takeSpooled(services, spool); // Before anything is ended for its silence.
    await leadership.lead(async () => {
      await search(services).catch((error: unknown) => {
        log.error({ error: messageOf(error) }, 'The search for runs that stopped reporting failed');
      });
      try {
        repairedUntil = (await repair(services, repairedUntil)).next;
      } catch (error) {
        log.error({ error: messageOf(error) }, 'The search for failed workflows that are done failed');
      }
      await services.database
        .write((unit) => forgetOld(unit, config.auth.audit_days))
        .catch((error: unknown) => {
          log.error({ error: messageOf(error) }, 'Old records of what people did could not be removed');
        });
    });
  }
}

async function search({ database, processes, hearing, log }: Services): Promise<Reaping> {
  const reaping = await reapRuns(database, { processes, listeningSince: hearing.since });
  for (const run of reaping.runs) report(run, log);
  return reaping;
}

/** Workflows that one round looks at. */
const REPAIR_WINDOW = 500;

/** Mends the next workflows that are called failed although all is done; says where the round after this one begins. */
async function repair({ database, log }: Services, after: number): Promise<Repair> {
  const round = await database.write((unit) => repairWorkflows(unit, { after, size: REPAIR_WINDOW }));
  for (const id of round.repaired) log.info({ workflow_id: id }, 'Workflow moved from F to D: all its tasks are done');
  return round;
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
