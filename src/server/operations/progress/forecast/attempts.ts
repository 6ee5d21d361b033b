/** The attempts of a run from which is told how its rest will go. */
import type { TaskInstanceStatus } from '../../../../core/status.ts';
import type { ReadUnit } from '../../../db/unit.ts';
import { numberOf } from '../usage.ts';
import type { EndedAttempt, RunningAttempt } from './situation.ts';

/** Enough for run times of some fifty templates; older ones tell of templates that are over. */
const MOST_ENDED = 1000;
const MOST_RUNNING = 1000;
/** Attempts that are looked at, the last that changed: thousands may be queued at once, and be newer than any that ended. */
const LOOKED_AT = 10_000;

/** Ends of which a run time is told. */
const ENDED: readonly TaskInstanceStatus[] = ['D', 'E', 'Z', 'U', 'F'];
const WAITING: readonly TaskInstanceStatus[] = ['Q', 'I', 'O'];

export interface RunAttempts {
  readonly ended: EndedAttempt[];
  readonly running: RunningAttempt[];
  /** Array → attempts that do not run yet. */
  readonly waiting: ReadonlyMap<number, number>;
}

export async function attemptsOf(unit: ReadUnit, workflowRunId: number): Promise<RunAttempts> {
  const [ended, running, waiting] = [
    await endedAttempts(unit, workflowRunId),
    await runningAttempts(unit, workflowRunId),
    await waitingAttempts(unit, workflowRunId),
  ];
  return { ended, running, waiting };
}

async function endedAttempts({ db }: ReadUnit, workflowRunId: number): Promise<EndedAttempt[]> {
  const rows = await db
    .selectFrom((query) =>
      query
        .selectFrom('task_instance')
        .select(['array_id', 'status', 'status_date', 'wallclock', 'revision'])
        .where('workflow_run_id', '=', workflowRunId)
        .orderBy('revision', 'desc')
        .limit(LOOKED_AT)
        .as('attempt'),
    )
    .select(['array_id', 'status', 'status_date', 'wallclock'])
    .where('status', 'in', ENDED)
    .where('wallclock', 'is not', null)
    .orderBy('revision', 'desc')
    .limit(MOST_ENDED)
    .execute();
  return rows.flatMap(({ array_id: arrayId, status, status_date: ended, wallclock }) => {
    const seconds = numberOf(wallclock);
    if (seconds === null || seconds < 0) return [];
    return [{ arrayId, begun: ended - seconds * 1000, ended, isDone: status === 'D' }];
  });
}

async function runningAttempts({ db }: ReadUnit, workflowRunId: number): Promise<RunningAttempt[]> {
  const rows = await db
    .selectFrom('task_instance')
    .select(['array_id', 'status_date'])
    .where('workflow_run_id', '=', workflowRunId)
    .where('status', '=', 'R')
    .limit(MOST_RUNNING)
    .execute();
  return rows.map(({ array_id: arrayId, status_date: begun }) => ({ arrayId, begun }));
}

async function waitingAttempts({ db }: ReadUnit, workflowRunId: number): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom((query) =>
      query
        .selectFrom('task_instance')
        .select('array_id')
        .where('workflow_run_id', '=', workflowRunId)
        .where('status', 'in', WAITING)
        .limit(LOOKED_AT)
        .as('attempt'),
    )
    .select(({ fn }) => ['array_id', fn.countAll<number>().as('count')])
    .groupBy('array_id')
    .execute();
  return new Map(rows.map(({ array_id, count }) => [array_id, Number(count)]));
}
