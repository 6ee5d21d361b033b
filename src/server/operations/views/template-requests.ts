/** What the tasks of template versions ask for, over all workflows. Source: http-views §5.3. */
import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { readResources } from '../resources-text.ts';

export interface RequestedCores {
  readonly versionId: number;
  readonly min: number;
  readonly max: number;
  /** A whole number; half a core goes to the even side. */
  readonly mean: number;
}

/** Cores that the tasks of each version ask for. Versions without tasks are absent. */
export async function requestedCores({ db }: ReadUnit, versionIds: readonly number[]): Promise<RequestedCores[]> {
  // Thousands of tasks share one row of resources, so few texts have to be read.
  const rows = await db
    .selectFrom('array')
    .innerJoin('task', 'task.array_id', 'array.id')
    .leftJoin('task_resources as resources', 'resources.id', 'task.task_resources_id')
    .select(({ fn, ref }) => [
      ref('array.task_template_version_id').$notNull().as('versionId'),
      'resources.requested_resources as text',
      fn.countAll<number>().as('count'),
    ])
    .where('array.task_template_version_id', 'in', idsOf(versionIds))
    .groupBy(['array.task_template_version_id', 'task.task_resources_id', 'resources.requested_resources'])
    .orderBy('array.task_template_version_id')
    .execute();
  const groups = Map.groupBy(rows, ({ versionId }) => versionId);
  return Array.from(groups, ([versionId, group]) => ({ versionId, ...summarise(group) }));
}

function summarise(group: readonly { readonly text: string | null; readonly count: number }[]) {
  let [min, max, sum, tasks] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  for (const { text, count } of group) {
    const cores = coresIn(text);
    min = Math.min(min, cores);
    max = Math.max(max, cores);
    sum += cores * count;
    tasks += count;
  }
  return { min, max, mean: roundHalfToEven(sum / tasks) };
}

/** Resources say `cores`, or `num_cores` where an old client wrote them; who asks for nothing gets one. */
function coresIn(text: string | null): number {
  const { num_cores, cores } = readResources(text);
  const asked = Math.trunc(Number(num_cores ?? cores ?? 1));
  return Number.isSafeInteger(asked) && asked >= 0 ? asked : 1;
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

export interface PopularQueue {
  readonly versionId: number;
  readonly queueId: number;
  readonly name: string;
}

/** The queue of most task instances of each version; of equals the first one. Versions without instances are absent. */
export async function popularQueues({ db }: ReadUnit, versionIds: readonly number[]): Promise<PopularQueue[]> {
  const rows = await db
    .selectFrom('array')
    .innerJoin('task_instance as instance', 'instance.array_id', 'array.id')
    .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .innerJoin('queue', 'queue.id', 'resources.queue_id')
    .select(({ ref }) => [
      ref('array.task_template_version_id').$notNull().as('versionId'),
      'queue.id as queueId',
      'queue.name',
    ])
    .where('array.task_template_version_id', 'in', idsOf(versionIds))
    .groupBy(['array.task_template_version_id', 'queue.id', 'queue.name'])
    .orderBy('array.task_template_version_id')
    .orderBy(({ fn }) => fn.countAll(), 'desc')
    .orderBy('queue.id')
    .execute();
  return rows.filter(({ versionId }, index) => versionId !== rows[index - 1]?.versionId);
}
