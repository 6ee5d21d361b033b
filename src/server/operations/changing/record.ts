/** The record of changes that people made to many tasks, and what keeps two of them apart. */
import { SkepError } from '../../../core/errors.ts';
import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../../db/unit.ts';
import { changeUnderWay } from '../change-under-way.ts';
import type { GivenFilter } from '../looking/task-search.ts';
import type { ChangeRequest } from './plan.ts';
import type { NewResources } from './resources.ts';

/**
 * Milliseconds for which a part of a change keeps others away. A part takes a fraction of a second; when nothing has come
 * for so long, the server that was at work on it is gone.
 */
const BUSY = 15_000;

/** What a change is told apart by. */
export interface Asking {
  readonly key: string;
  readonly origin: string | undefined;
}

export interface ChangeRow {
  readonly id: number;
  readonly workflowId: number;
  /** Tasks that are changed already. */
  readonly changed: number;
  readonly isBusy: boolean;
  /** What was answered; null: it is not finished. */
  readonly answer: string | null;
}

export async function findChange({ db, now }: ReadUnit, key: string): Promise<ChangeRow | undefined> {
  const row = await db
    .selectFrom('skep_change')
    .select(['id', 'workflow_id as workflowId', 'changed', 'answer', 'busy_until'])
    .where('change_key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { busy_until, ...change } = row;
  return { ...change, isBusy: busy_until !== null && busy_until > now };
}

/** @returns the id of its record. @throws SkepError `change_under_way` */
export async function beginChange(
  unit: WriteUnit,
  request: ChangeRequest,
  { key, origin }: Asking,
  tasks: number,
): Promise<number> {
  const { workflowId, user, action, recursive, filter, resources } = request;
  const { id } = await unit.db
    .insertInto('skep_change')
    .values({
      change_key: key,
      workflow_id: workflowId,
      time: unit.now,
      user,
      origin: origin ?? null,
      action,
      recursive: Number(recursive),
      filter: await filterText(unit, filter),
      resources: resources === undefined ? null : resourcesText(resources),
      tasks,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Keeps other changes and new runs away from the workflow until the next part. @throws SkepError `change_under_way` */
export async function claimWorkflow(unit: WriteUnit, workflowId: number, changeId: number | undefined): Promise<void> {
  const other = await changeUnderWay(unit, workflowId);
  if (other === undefined || other === changeId) return;
  const sentence = `The tasks of workflow ${workflowId} are just being changed by somebody else (change ${other}).`;
  throw new SkepError('change_under_way', sentence);
}

/** Notes that `changed` further tasks are changed; with an answer, that these were the last. */
export async function noteChanged(
  { db, now }: WriteUnit,
  changeId: number,
  changed: number,
  answer: string | undefined,
): Promise<void> {
  const isLast = answer !== undefined;
  await db
    .updateTable('skep_change')
    .set(({ eb }) => ({
      changed: eb('changed', '+', changed),
      busy_until: isLast ? null : now + BUSY,
      ...(isLast && { finished: now, answer }),
    }))
    .where('id', '=', changeId)
    .execute();
}

/** Lets others have the workflow, of a change that cannot go on. */
export async function leaveChange({ db }: WriteUnit, changeId: number): Promise<void> {
  await db.updateTable('skep_change').set({ busy_until: null }).where('id', '=', changeId).execute();
}

/** The newest changes of a workflow, those before `before` if it is given. */
export function listChanges({ db }: ReadUnit, workflowId: number, before: number | undefined, limit: number) {
  return db
    .selectFrom('skep_change')
    .select(['id', 'time', 'user', 'origin', 'action', 'recursive', 'filter', 'resources'])
    .select(['tasks', 'changed', 'finished'])
    .where('workflow_id', '=', workflowId)
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Ids that are written out. */
const SHOWN_IDS = 10;

async function filterText({ db }: ReadUnit, filter: GivenFilter): Promise<string> {
  const { labels, arrayIds, taskIds, text, errorGroup } = filter;
  const arrays = await db.selectFrom('array').select('name').where('id', 'in', idsOf(arrayIds)).orderBy('id').execute();
  const templates = arrays.length === arrayIds.length ? arrays.map(({ name }) => name) : arrayIds.map(String);
  const shown = taskIds.slice(0, SHOWN_IDS).join(', ');
  const more = taskIds.length > SHOWN_IDS ? ` and ${taskIds.length - SHOWN_IDS} more` : '';
  const parts = [
    labels.length > 0 && `status ${labels.join(', ')}`,
    templates.length > 0 && `template ${templates.join(', ')}`,
    text !== undefined && `search ${JSON.stringify(text)}`,
    errorGroup !== undefined && `error group ${errorGroup}`,
    taskIds.length > 0 && `task ${shown}${more}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'all tasks' : parts.join('; ');
}

function resourcesText({ memory, cores, runtime, queue }: NewResources): string {
  const parts = [
    memory !== undefined && `memory ${memory} GiB`,
    cores !== undefined && `cores ${cores}`,
    runtime !== undefined && `runtime ${runtime} s`,
    queue !== undefined && `queue ${queue}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
