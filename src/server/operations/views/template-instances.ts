/** The ended task instances of a template version of which the usage is known. Source: http-views §5.5. */

import { type Kysely, sql } from 'kysely';
import type { TaskInstanceStatus } from '../../../core/status.ts';
import { idsOf, rowsOf } from '../../db/bulk.ts';
import { isNumber, numberIn } from '../../db/expressions.ts';
import type { Schema } from '../../db/schema.ts';
import type { ReadUnit } from '../../db/unit.ts';

export interface UsageSelection {
  readonly versionId: number;
  /** Empty: all. */
  readonly workflowIds: readonly number[];
  /** Argument name → values; the node of the task has one of the values of every name. */
  readonly nodeArgs: Readonly<Record<string, readonly string[]>>;
}

/** Attempts that ran, or may have; those that the cluster refused used nothing. */
const SELECTED: readonly TaskInstanceStatus[] = ['D', 'Z', 'X', 'U', 'F', 'E'];

/**
 * The selected instances as `instance`, with their `task` and `resources`; choose columns. Instances whose usage was
 * reported as text that is no number are left out.
 */
export function selectInstances(db: Kysely<Schema>, { versionId, workflowIds, nodeArgs }: UsageSelection) {
  return (
    db
      .selectFrom('task_instance as instance')
      .innerJoin('task', 'task.id', 'instance.task_id')
      .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
      // The arrays of the version are few and lead to its instances by an index; its nodes would lead to all workflows.
      .where('instance.array_id', 'in', ({ selectFrom }) =>
        selectFrom('array')
          .select('array.id')
          .where('array.task_template_version_id', '=', versionId)
          .$if(workflowIds.length > 0, (query) => query.where('array.workflow_id', 'in', idsOf(workflowIds))),
      )
      .$if(Object.keys(nodeArgs).length > 0, (query) =>
        query.where('task.node_id', 'in', selectNodes(db, versionId, nodeArgs)),
      )
      .where('instance.status', 'in', SELECTED)
      .where(isNumber('instance.wallclock', { withReals: true }))
      .where(isNumber('instance.maxrss', { withReals: false }))
  );
}

/** Nodes of the version that have, for every name, the argument with one of its values. */
function selectNodes(db: Kysely<Schema>, versionId: number, nodeArgs: UsageSelection['nodeArgs']) {
  const pairs = Object.entries(nodeArgs).flatMap(([name, values]) => values.map((value) => ({ name, value })));
  return (
    db
      .selectFrom('node')
      .innerJoin('node_arg', 'node_arg.node_id', 'node.id')
      .innerJoin('arg', 'arg.id', 'node_arg.arg_id')
      .select('node.id')
      .where('node.task_template_version_id', '=', versionId)
      // Not a join: thousands of values would be gone through for every node.
      .where(
        sql<boolean>`(arg.name, node_arg.val) in (select name, value from ${rowsOf(pairs, { name: 'text', value: 'text' })} as given)`,
      )
      .groupBy('node.id')
      .having(({ fn }) => fn.count('arg.id').distinct(), '=', Object.keys(nodeArgs).length)
  );
}

/** Says whether any workflow has a task of the version. */
export async function hasTask({ db }: ReadUnit, versionId: number): Promise<boolean> {
  const task = await db
    .selectFrom('array')
    .innerJoin('task', 'task.array_id', 'array.id')
    .select('task.id')
    .where('array.task_template_version_id', '=', versionId)
    .limit(1)
    .executeTakeFirst();
  return task !== undefined;
}

/** More points than these no plot can show, and their answer would be larger than a text can be. */
const MOST_LISTED = 100_000;

/** The selected instances one by one, by ascending id, up to {@link MOST_LISTED}. */
export function listInstances({ db }: ReadUnit, selection: UsageSelection) {
  // The ids are sorted alone, before their wide rows are read.
  const listed = selectInstances(db, selection).select('instance.id').orderBy('instance.id').limit(MOST_LISTED);
  return db
    .selectFrom('task_instance as instance')
    .innerJoin('task', 'task.id', 'instance.task_id')
    .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .select(['instance.status', numberIn('instance.wallclock').as('runtime')])
    .select(numberIn('instance.maxrss').as('memory'))
    .select(['task.id as taskId', 'task.node_id as nodeId', 'task.name', 'task.command', 'task.status_date'])
    .select(['task.num_attempts', 'task.max_attempts', 'resources.requested_resources'])
    .select(({ selectFrom }) =>
      selectFrom('task_instance as earlier')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('earlier.task_id', '=', 'instance.task_id')
        .whereRef('earlier.id', '<=', 'instance.id')
        .where('earlier.status', 'in', SELECTED)
        .as('attempt'),
    )
    .where('instance.id', 'in', listed)
    .orderBy('instance.id')
    .execute();
}
