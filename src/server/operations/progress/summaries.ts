/** What a line about a workflow shows, for lists and for the head of its page. */
import { type RawBuilder, sql } from 'kysely';
import { ALIVE_WORKFLOW_RUN_STATUSES } from '../../../core/status.ts';
import { idsOf, textsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { unknownWorkflow } from '../unknown-workflow.ts';
import { countTasks, NO_TASKS } from '../views/task-counts.ts';

export type WorkflowSummary = Awaited<ReturnType<typeof summariesOf>>[number];

/** Summaries of the workflows with these ids that exist, newest first. */
export async function summariesOf(unit: ReadUnit, ids: readonly number[]) {
  const counts = await countTasks(unit, ids);
  return (await headsOf(unit, ids)).map((head) => ({ ...head, tasks: counts.get(head.id) ?? NO_TASKS }));
}

/** A workflow without the counts of its tasks. @throws SkepError `not_found` */
export async function headOf(unit: ReadUnit, workflowId: number) {
  const [head] = await headsOf(unit, [workflowId]);
  if (head === undefined) throw unknownWorkflow(workflowId);
  return head;
}

async function headsOf(unit: ReadUnit, ids: readonly number[]) {
  const workflows = await unit.db
    .selectFrom('workflow')
    .leftJoin('tool_version', 'tool_version.id', 'workflow.tool_version_id')
    .leftJoin('tool', 'tool.id', 'tool_version.tool_id')
    .select(['workflow.id', 'workflow.name', 'workflow.workflow_args', 'workflow.status', 'workflow.created_date'])
    .select(['workflow.status_date', 'workflow.max_concurrently_running as limit', 'tool.name as tool'])
    .where('workflow.id', 'in', idsOf(ids))
    .orderBy('workflow.id', 'desc')
    .execute();
  const runs = await newestRunsOf(unit, ids);
  return workflows.map((workflow) => ({ ...workflow, run: runs.get(workflow.id) }));
}

/** The newest run of each of these workflows; one that was never run is absent. */
export async function newestRunsOf({ db }: ReadUnit, workflowIds: readonly number[]) {
  const rows = await db
    .selectFrom('workflow_run')
    .select(['id', 'workflow_id', 'status', 'user', 'created_date', 'status_date', 'heartbeat_date'])
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('workflow_run')
        .select(({ fn }) => fn.max('id').as('newest'))
        .where('workflow_id', 'in', idsOf(workflowIds))
        .groupBy('workflow_id'),
    )
    .execute();
  return new Map(
    rows.map((row) => [row.workflow_id, { ...row, lives: ALIVE_WORKFLOW_RUN_STATUSES.includes(row.status) }]),
  );
}

/** Conditions that must all hold; an empty list, or an undefined text, is none. */
export interface WorkflowSearch {
  /** Any of whom had a run of it. */
  readonly users: readonly string[];
  readonly tools: readonly string[];
  /** Letters. */
  readonly statuses: readonly string[];
  /** Part of the name or of the arguments, or the id. */
  readonly text: string | undefined;
  /** Only older ones. */
  readonly before: number | undefined;
}

/** Ids of the newest workflows that fit, descending. */
export async function searchWorkflows({ db }: ReadUnit, search: WorkflowSearch, limit: number): Promise<number[]> {
  const { users, tools, statuses, text, before } = search;
  const rows = await db
    .selectFrom('workflow')
    .select('workflow.id')
    .$if(before !== undefined, (query) => query.where('workflow.id', '<', before ?? 0))
    .$if(statuses.length > 0, (query) => query.where('workflow.status', 'in', textsOf(statuses) as never))
    .$if(users.length > 0, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('workflow_run')
            .select('workflow_run.id')
            .whereRef('workflow_run.workflow_id', '=', 'workflow.id')
            .where('workflow_run.user', 'in', textsOf(users)),
        ),
      ),
    )
    .$if(tools.length > 0, (query) =>
      query.where('workflow.tool_version_id', 'in', ({ selectFrom }) =>
        selectFrom('tool_version')
          .innerJoin('tool', 'tool.id', 'tool_version.tool_id')
          .select('tool_version.id')
          .where('tool.name', 'in', textsOf(tools)),
      ),
    )
    .$if(text !== undefined, (query) =>
      query.where(mentions(['workflow.name', 'workflow.workflow_args'], 'workflow.id', text ?? '')),
    )
    .orderBy('workflow.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Whether one of the columns contains the text, whatever its case, or the text is the id. */
export function mentions(columns: readonly string[], id: string, text: string): RawBuilder<boolean> {
  const pattern = `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`;
  const contained = columns.map((column) => sql`lower(${sql.ref(column)}) like ${pattern} escape '!'`);
  const named = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  return sql<boolean>`(${sql.join([...contained, sql`${sql.ref(id)} = ${named}`], sql` or `)})`;
}
