/** Searching the tasks of a workflow. */
import { sql } from 'kysely';
import { SkepError } from '../../../core/errors.ts';
import { idsOf, textsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { mentions } from '../progress/summaries.ts';
import { numberOf } from '../progress/usage.ts';
import { taskLettersOf } from '../views/labels.ts';
import { tasksWithError } from './error-groups.ts';

/** Conditions that must all hold; an empty list, or an undefined text, is none. */
export interface TaskFilter {
  readonly workflowId: number;
  /** Words of views. */
  readonly labels: readonly string[];
  readonly arrayIds: readonly number[];
  readonly taskIds: readonly number[];
  /** Part of the name, or the id. */
  readonly text: string | undefined;
  /** Only these: they have an error of the group that was asked for. Undefined: none was. */
  readonly failing?: readonly number[] | undefined;
}

/** A filter as people give it. */
export interface GivenFilter extends Omit<TaskFilter, 'failing'> {
  /** As `errorGroups` names it. */
  readonly errorGroup?: string | undefined;
}

/** Looks up what the filter names. @throws SkepError `not_found` for a group of errors that does not exist. */
export async function findFilter(unit: ReadUnit, { errorGroup, ...filter }: GivenFilter): Promise<TaskFilter> {
  if (errorGroup === undefined) return filter;
  return { ...filter, failing: await tasksWithError(unit, filter.workflowId, errorGroup) };
}

/** The columns by which tasks are put in order. Revisions grow with each change of a status, and have an index. */
const ORDERS = { id: 'task.id', status_changed: 'task.revision', attempts: 'task.num_attempts' } as const;
type TaskOrder = keyof typeof ORDERS;

export interface TaskPage {
  readonly order: TaskOrder;
  readonly descending: boolean;
  /** As the page before gave it; undefined: the first page. */
  readonly after: string | undefined;
  readonly limit: number;
}

interface FoundTasks {
  readonly tasks: readonly TaskRow[];
  /** `after` of the next page; undefined after the last. */
  readonly next: string | undefined;
}

/**
 * A page of the tasks that fit.
 * @throws SkepError `invalid_usage` for a status or a place that does not exist.
 */
export async function searchTasks(unit: ReadUnit, filter: TaskFilter, page: TaskPage): Promise<FoundTasks> {
  const column = ORDERS[page.order];
  const direction = page.descending ? 'desc' : 'asc';
  const after = page.after === undefined ? undefined : readPlace(page.after);
  const comparison = page.descending ? sql`<` : sql`>`;
  const rows = await selectFitting(unit, filter)
    .select(['task.id', `${column} as key`])
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(${sql.ref(column)}, task.id) ${comparison} (${after?.key ?? 0}, ${after?.id ?? 0})`),
    )
    .orderBy(column, direction)
    .$if(column !== 'task.id', (query) => query.orderBy('task.id', direction))
    .limit(page.limit)
    .execute();
  const last = rows.length < page.limit ? undefined : rows.at(-1);
  const tasks = await taskRows(
    unit,
    rows.map(({ id }) => id),
  );
  return { tasks, next: last === undefined ? undefined : `${last.key}:${last.id}` };
}

/** Tasks of a workflow up to which all names are looked through only to count those that fit: some milliseconds. */
const COUNTED = 50_000;

/** How many tasks fit, given the first page of them; undefined where counting them would take long. */
export async function countFitting(
  unit: ReadUnit,
  filter: TaskFilter,
  { tasks, next }: FoundTasks,
): Promise<number | undefined> {
  if (next === undefined) return tasks.length;
  if (filter.text !== undefined && (await hasMoreTasksThan(unit, filter.workflowId, COUNTED))) return undefined;
  const { count } = await selectFitting(unit, filter)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function hasMoreTasksThan({ db }: ReadUnit, workflowId: number, count: number): Promise<boolean> {
  const query = db.selectFrom('task').select('id').where('workflow_id', '=', workflowId);
  return (await query.orderBy('id').limit(1).offset(count).executeTakeFirst()) !== undefined;
}

/** The tasks that fit, to select from. */
export function selectFitting({ db }: ReadUnit, filter: TaskFilter) {
  const { workflowId, labels, arrayIds, taskIds, text, failing } = filter;
  return db
    .selectFrom('task')
    .where('task.workflow_id', '=', workflowId)
    .$if(labels.length > 0, (query) => query.where('task.status', 'in', textsOf(taskLettersOf(labels))))
    .$if(arrayIds.length > 0, (query) => query.where('task.array_id', 'in', idsOf(arrayIds)))
    .$if(taskIds.length > 0, (query) => query.where('task.id', 'in', idsOf(taskIds)))
    .$if(failing !== undefined, (query) => query.where('task.id', 'in', idsOf(failing ?? [])))
    .$if(text !== undefined, (query) => query.where(mentions(['task.name'], 'task.id', text ?? '')));
}

function readPlace(text: string): { key: number; id: number } {
  const [, key, id] = /^(\d{1,15}):(\d{1,15})$/.exec(text) ?? [];
  if (key === undefined || id === undefined) {
    throw new SkepError('invalid_usage', `after must be the next of an earlier page, not ${JSON.stringify(text)}.`);
  }
  return { key: Number(key), id: Number(id) };
}

export type TaskRow = Awaited<ReturnType<typeof taskRows>>[number];

/** The tasks with these ids, in this order, each with what is known of its newest attempt. */
export async function taskRows({ db }: ReadUnit, ids: readonly number[]) {
  const tasks = await db
    .selectFrom('task')
    .leftJoin('array', 'array.id', 'task.array_id')
    .select(['task.id', 'task.name', 'task.array_id', 'array.name as template', 'task.status', 'task.status_date'])
    .select(['task.num_attempts', 'task.max_attempts'])
    .where('task.id', 'in', idsOf(ids))
    .execute();
  const attempts = await db
    .selectFrom('task_instance')
    .select(['task_id', 'wallclock', 'maxrss', 'pending_reason', 'status'])
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('task_instance')
        .select(({ fn }) => fn.max('id').as('newest'))
        .where('task_id', 'in', idsOf(ids))
        .groupBy('task_id'),
    )
    .execute();
  const newest = new Map(attempts.map((attempt) => [attempt.task_id, attempt]));
  const places = new Map(ids.map((id, place) => [id, place]));
  return tasks
    .map((task) => ({ ...task, newest: newest.get(task.id) }))
    .map((task) => ({
      ...task,
      runTime: numberOf(task.newest?.wallclock),
      memory: numberOf(task.newest?.maxrss),
      pendingReason: task.newest?.status === 'O' ? task.newest.pending_reason : null,
    }))
    .sort((one, other) => (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0));
}
