/** Searching workflows. Source: http-views §4.8. */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { textsOf } from '../../db/bulk.ts';
import type { Schema } from '../../db/schema.ts';
import type { ReadUnit } from '../../db/unit.ts';

/** Which values fit: any of the ones, none of the others. An empty list is no condition. */
export interface Choice {
  readonly anyOf: readonly string[];
  readonly noneOf: readonly string[];
}

/** Conditions that must all hold; an undefined one is none. */
export interface WorkflowSearch {
  /** Of one and the same run of the workflow. */
  readonly user: Choice;
  readonly tool: Choice;
  /** Letters. */
  readonly status: Choice;
  readonly name: string | undefined;
  readonly args: string | undefined;
  /** Both of one and the same attribute. */
  readonly attributeKey: string | undefined;
  readonly attributeValue: string | undefined;
  readonly id: number | undefined;
  /** Milliseconds; both ends belong to the span. */
  readonly createdFrom: number | undefined;
  readonly createdUntil: number | undefined;
}

/** The cluster that runs nothing. Source: data-model §3. */
const DUMMY_CLUSTER = 1;

/**
 * Workflows that were run, by descending id. Those without a task on a real cluster (trials on the dummy one, workflows
 * without tasks) are hidden.
 */
export function searchWorkflows({ db }: ReadUnit, search: WorkflowSearch) {
  return db
    .selectFrom('workflow')
    .innerJoin('tool_version', 'tool_version.id', 'workflow.tool_version_id')
    .innerJoin('tool', 'tool.id', 'tool_version.tool_id')
    .select(['workflow.id', 'workflow.name', 'workflow.created_date', 'workflow.status_date'])
    .select(['workflow.workflow_args', 'workflow.status', 'tool.name as tool'])
    .select((query) => [
      runsOf(query)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .$asScalar()
        .as('runs'),
    ])
    .where((query) => query.and(conditionsOf(query, search)))
    .where((query) =>
      query.exists(
        runsOf(query)
          .select('id')
          .where((run) => run.and(fits('workflow_run.user', search.user))),
      ),
    )
    .where((query) => query.exists(realTasksOf(query).select('task.id')))
    .orderBy('workflow.id', 'desc')
    .execute();
}

type WorkflowQuery = ExpressionBuilder<Schema, 'workflow'>;

function runsOf({ selectFrom }: WorkflowQuery) {
  return selectFrom('workflow_run').whereRef('workflow_run.workflow_id', '=', 'workflow.id');
}

function realTasksOf({ selectFrom }: WorkflowQuery) {
  return selectFrom('task')
    .innerJoin('task_resources', 'task_resources.id', 'task.task_resources_id')
    .innerJoin('queue', 'queue.id', 'task_resources.queue_id')
    .whereRef('task.workflow_id', '=', 'workflow.id')
    .where('queue.cluster_id', '!=', DUMMY_CLUSTER);
}

/** What does not concern runs. */
function conditionsOf(query: WorkflowQuery, search: WorkflowSearch): Expression<SqlBool>[] {
  const { name, args, attributeKey, attributeValue, id, createdFrom, createdUntil } = search;
  const conditions = [...fits('tool.name', search.tool), ...fits('workflow.status', search.status)];
  if (name !== undefined) conditions.push(query('workflow.name', '=', name));
  if (args !== undefined) conditions.push(query('workflow.workflow_args', '=', args));
  if (id !== undefined) conditions.push(query('workflow.id', '=', id));
  if (createdFrom !== undefined) conditions.push(query('workflow.created_date', '>=', wholeSecond(createdFrom)));
  if (createdUntil !== undefined)
    conditions.push(query('workflow.created_date', '<', wholeSecond(createdUntil) + 1000));
  if (attributeKey !== undefined || attributeValue !== undefined) {
    conditions.push(query.exists(attributesOf(query, attributeKey, attributeValue).select('type.id')));
  }
  return conditions;
}

function attributesOf({ selectFrom }: WorkflowQuery, key: string | undefined, value: string | undefined) {
  return selectFrom('workflow_attribute as attribute')
    .innerJoin('workflow_attribute_type as type', 'type.id', 'attribute.workflow_attribute_type_id')
    .whereRef('attribute.workflow_id', '=', 'workflow.id')
    .$if(key !== undefined, (query) => query.where('type.name', '=', key ?? ''))
    .$if(value !== undefined, (query) => query.where('attribute.value', '=', value ?? ''));
}

/** A null in the column fits no condition. */
function fits(column: string, { anyOf, noneOf }: Choice): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  if (anyOf.length > 0) conditions.push(sql<SqlBool>`${sql.ref(column)} in ${textsOf(anyOf)}`);
  if (noneOf.length > 0) conditions.push(sql<SqlBool>`${sql.ref(column)} not in ${textsOf(noneOf)}`);
  return conditions;
}

/** People know dates by whole seconds. */
function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
