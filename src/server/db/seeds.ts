/** Rows that every database holds. Source: data-model §3 and §4. */
import type { Kysely, Transaction } from 'kysely';
import type { Random } from '../../core/random.ts';
import {
  type StatusInfo,
  TASK_INSTANCE_STATUSES,
  TASK_STATUSES,
  WORKFLOW_RUN_STATUSES,
  WORKFLOW_STATUSES,
} from '../../core/status.ts';
import type { Schema } from './schema.ts';

/** Kinds of template arguments, by their ids in `template_arg_map`. */
export const ARG_TYPES = { node: 1, task: 2, op: 3 } as const;

const ARG_TYPE_ROWS = [
  { id: ARG_TYPES.node, name: 'NODE_ARG' },
  { id: ARG_TYPES.task, name: 'TASK_ARG' },
  { id: ARG_TYPES.op, name: 'OP_ARG' },
];

/** Bundled clusters, one of each type of the same name and id. Peers expect `dummy` at id 1. */
const CLUSTERS = [
  { id: 1, name: 'dummy', queueParameters: '{}' },
  { id: 2, name: 'sequential', queueParameters: '{}' },
  { id: 3, name: 'multiprocess', queueParameters: '{"cores": (1,20)}' },
];

const RESOURCES_TYPE_ROWS = [
  { id: 'O', label: 'ORIGINAL' },
  { id: 'V', label: 'VALIDATED' },
  { id: 'A', label: 'ADJUSTED' },
];

/** Inserts the rows that are missing, also into a database that has others, and gives the id of the database. */
export function seed(db: Kysely<Schema>, random: Random): Promise<string> {
  return db.transaction().execute(async (transaction) => {
    await insertMissing(transaction, 'arg_type', ARG_TYPE_ROWS);
    await seedClusters(transaction);
    await insertMissing(transaction, 'task_resources_type', RESOURCES_TYPE_ROWS);
    await insertMissing(transaction, 'workflow_status', statusRows(WORKFLOW_STATUSES));
    await insertMissing(transaction, 'workflow_run_status', statusRows(WORKFLOW_RUN_STATUSES));
    await insertMissing(transaction, 'task_status', statusRows(TASK_STATUSES));
    await insertMissing(transaction, 'task_instance_status', statusRows(TASK_INSTANCE_STATUSES));
    await insertMissing(transaction, 'skep_revision', [{ id: 1, value: 0 }]);
    await insertMissing(transaction, 'skep_setting', [{ name: 'database_id', value: random.uuid() }]);
    const { value } = await transaction
      .selectFrom('skep_setting')
      .select('value')
      .where('name', '=', 'database_id')
      .executeTakeFirstOrThrow();
    return value;
  });
}

async function seedClusters(transaction: Transaction<Schema>): Promise<void> {
  const named = CLUSTERS.map(({ id, name }) => ({ id, name }));
  await insertMissing(transaction, 'cluster_type', named);
  await insertMissing(
    transaction,
    'cluster',
    named.map((cluster) => ({ ...cluster, cluster_type_id: cluster.id })),
  );
  await insertMissing(
    transaction,
    'queue',
    CLUSTERS.map(({ id, queueParameters }) => ({ id, name: 'null.q', cluster_id: id, parameters: queueParameters })),
  );
}

async function insertMissing<Table extends keyof Schema>(
  transaction: Transaction<Schema>,
  table: Table,
  rows: readonly object[],
): Promise<void> {
  await transaction
    .insertInto(table)
    .values(rows as never)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function statusRows(statuses: Readonly<Record<string, StatusInfo>>): object[] {
  return Object.entries(statuses).map(([id, { label, description }]) => ({ id, label, description }));
}
