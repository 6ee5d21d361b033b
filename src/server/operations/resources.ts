/** Requested resources. Source: http-fsm §9.4, §13; data-model §2.3. */
import { type LiteralValue, writeLiteral } from '../../core/python-literal.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { parseResources } from './resources-text.ts';

export interface ResourcesRequest {
  readonly queueId: number | null;
  /** O original, V validated, A adjusted. */
  readonly type: string;
  readonly requested: object | null;
}

/** Stores resources; each call makes a row of its own. */
export async function bindResources(unit: WriteUnit, { queueId, type, requested }: ResourcesRequest): Promise<number> {
  const { id } = await unit.db
    .insertInto('task_resources')
    .values({ queue_id: queueId, task_resources_type_id: type, requested_resources: JSON.stringify(requested) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface FoundResources {
  readonly requested: Record<string, unknown> | null;
  readonly queueName: string | null;
}

/** Resources by id; all null for an unknown id. */
export async function findResources(unit: ReadUnit, id: number): Promise<FoundResources> {
  const row = await unit.db
    .selectFrom('task_resources')
    .leftJoin('queue', 'queue.id', 'task_resources.queue_id')
    .select(['task_resources.requested_resources', 'queue.name'])
    .where('task_resources.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return { requested: null, queueName: null };
  return { requested: parseResources(row.requested_resources), queueName: row.name };
}

/** Words that JSON and Python spell differently. */
const JSON_WORD = /\b(?:true|false|null)\b/;

/** Stored resources as text that readers of Python literals understand; readers of JSON do too unless words differ. */
export function resourcesLiteral(text: string): string {
  return JSON_WORD.test(text) ? writeLiteral(JSON.parse(text) as LiteralValue) : text;
}
