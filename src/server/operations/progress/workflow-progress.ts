/** How one workflow stands. */
import type { ReadUnit } from '../../db/unit.ts';
import { pendingReasonsOf } from '../give-up.ts';
import { readForecast } from './forecast/read.ts';
import { recentRate } from './rate.ts';
import { type RunTime, runTimesOf } from './run-times.ts';
import { headOf, newestRunsOf } from './summaries.ts';
import { type TemplateProgress, templateProgress } from './templates.ts';

/** @throws SkepError `not_found` */
export async function workflowProgress(unit: ReadUnit, workflowId: number) {
  const head = await headOf(unit, workflowId);
  const { run, limit } = head;
  const { templates: counts, all } = await templateProgress(unit, workflowId);
  const templates: (TemplateProgress & { readonly runTime: RunTime | undefined })[] = [];
  // One after the other: a unit has one connection.
  for (const template of counts) templates.push({ ...template, runTime: await runTimesOf(unit, template.arrayId) });
  return {
    workflow: { ...head, tasks: all },
    templates,
    forecast: await readForecast(unit, { workflowId, limit, run, templates }),
    revision: await revisionOf(unit, workflowId),
    runs: await countRuns(unit, workflowId),
    rate: {
      recent: run?.lives ? await recentRate(unit, workflowId, run.created_date) : 0,
      run: run === undefined ? 0 : await rateOfRun(unit, run),
    },
    reasons: await pendingReasonsOf(unit, workflowId),
  };
}

/** That of the newest change of its tasks, its runs, the attempts of the newest one, or its limits; 0: it does not exist. */
export async function revisionOf({ db }: ReadUnit, workflowId: number): Promise<number> {
  const task = await db
    .selectFrom('task')
    .select('revision')
    .where('workflow_id', '=', workflowId)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  const run = await db
    .selectFrom('workflow_run')
    .select(({ fn }) => fn.max('revision').as('revision'))
    .where('workflow_id', '=', workflowId)
    .executeTakeFirst();
  const attempt = await db
    .selectFrom('task_instance')
    .select('revision')
    .where('workflow_run_id', '=', ({ selectFrom }) =>
      selectFrom('workflow_run')
        .select(({ fn }) => fn.max('id').as('newest'))
        .where('workflow_id', '=', workflowId),
    )
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  const array = await db
    .selectFrom('array')
    .select(({ fn }) => fn.max('revision').as('revision'))
    .where('workflow_id', '=', workflowId)
    .executeTakeFirst();
  const workflow = await db.selectFrom('workflow').select('revision').where('id', '=', workflowId).executeTakeFirst();
  return Math.max(...[task, run, attempt, array, workflow].map((row) => row?.revision ?? 0));
}

/** A workflow that rests stays as it is until its revision changes. */
export async function standingOf(unit: ReadUnit, workflowId: number): Promise<{ revision: number; lives: boolean }> {
  const run = (await newestRunsOf(unit, [workflowId])).get(workflowId);
  return { revision: await revisionOf(unit, workflowId), lives: run?.lives ?? false };
}

async function countRuns({ db }: ReadUnit, workflowId: number): Promise<number> {
  const { runs } = await db
    .selectFrom('workflow_run')
    .select(({ fn }) => fn.countAll<number>().as('runs'))
    .where('workflow_id', '=', workflowId)
    .executeTakeFirstOrThrow();
  return Number(runs);
}

interface Run {
  readonly id: number;
  readonly lives: boolean;
  readonly created_date: number;
  readonly status_date: number;
}

/** Attempts that were done, a second of the run. */
async function rateOfRun({ db, now }: ReadUnit, { id, lives, created_date, status_date }: Run): Promise<number> {
  const seconds = ((lives ? now : status_date) - created_date) / 1000;
  if (seconds <= 0) return 0;
  const { done } = await db
    .selectFrom('task_instance')
    .select(({ fn }) => fn.countAll<number>().as('done'))
    .where('workflow_run_id', '=', id)
    .where('status', '=', 'D')
    .executeTakeFirstOrThrow();
  return Number(done) / seconds;
}
