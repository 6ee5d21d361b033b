/** What people ask about workflows. Source: http-fsm §8.15; http-views §4.6. */

import { SkepError } from '../../../core/errors.ts';
import { WORKFLOW_STATUSES, type WorkflowStatus } from '../../../core/status.ts';
import { idsOf, textsOf } from '../../db/bulk.ts';
import { listedIn } from '../../db/expressions.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { frameText } from './frame.ts';
import { TASK_LABELS, type TaskLabel } from './labels.ts';
import { countTasks, NO_TASKS, type TaskCounts } from './task-counts.ts';

export interface WorkflowFilter {
  readonly ids: readonly number[];
  /** Only used without ids; without both, the newest workflows are meant. */
  readonly users: readonly string[];
  /** 0: {@link USUAL_LIMIT}. It also cuts a list of ids. */
  readonly limit: number;
}

const USUAL_LIMIT = 5;

/** Frame text of workflows with the counts of their tasks. Throws SkepError `invalid_usage` for a negative limit. */
export async function workflowStatusFrame(unit: ReadUnit, filter: WorkflowFilter): Promise<string> {
  if (filter.limit < 0) throw new SkepError('invalid_usage', `limit cannot be negative: ${filter.limit}.`);
  const limit = filter.limit || USUAL_LIMIT;
  const ids = filter.ids.length > 0 ? filter.ids.slice(0, limit) : await newestWorkflows(unit, filter.users, limit);
  const workflows = await unit.db
    .selectFrom('workflow')
    .select(['id', 'name', 'status', 'created_date'])
    .where('id', 'in', idsOf(ids))
    .orderBy('id')
    .execute();
  const counts = await countTasks(unit, ids);
  const rows = workflows.map(({ id, name, status, created_date }) => ({
    WF_ID: id,
    WF_NAME: name ?? '',
    WF_STATUS: WORKFLOW_STATUSES[status as WorkflowStatus]?.label ?? status,
    CREATED_DATE: created_date === null ? null : wholeSeconds(created_date),
    ...describeCounts(counts.get(id) ?? NO_TASKS),
  }));
  return frameText(['WF_ID', 'WF_NAME', 'WF_STATUS', 'CREATED_DATE', 'TASKS', ...TASK_LABELS, 'RETRIES'], rows);
}

async function newestWorkflows(unit: ReadUnit, users: readonly string[], limit: number): Promise<number[]> {
  const rows = await unit.db
    .selectFrom('workflow')
    .select('id')
    .$if(users.length > 0, (query) =>
      query.where('id', 'in', ({ selectFrom }) =>
        selectFrom('workflow_run').select('workflow_id').where('user', 'in', textsOf(users)),
      ),
    )
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

function describeCounts({ byLabel, total, retries }: TaskCounts) {
  const shares = TASK_LABELS.map(
    (label) => [label, `${byLabel[label]} (${percentText(byLabel[label], total)}%)`] as const,
  );
  return { TASKS: total, ...(Object.fromEntries(shares) as Record<TaskLabel, string>), RETRIES: retries };
}

/** One decimal, and a tie goes to the even digit: 1 of 16 is 6.2, as peers print it. */
function percentText(count: number, total: number): string {
  if (total === 0) return '0.0';
  // Exact in integers: thousandths doubled tell a tie apart.
  const [whole, rest] = [Math.floor((count * 1000) / total), (count * 1000) % total];
  const roundsUp = rest * 2 > total || (rest * 2 === total && whole % 2 === 1);
  return ((whole + Number(roundsUp)) / 10).toFixed(1);
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

export interface TemplateDependency {
  readonly name: string;
  readonly downstream: string | null;
}

/** Pairs of task templates of a workflow of which one depends on the other; null for one on which none depends. */
export async function templateDependencies(unit: ReadUnit, workflowId: number): Promise<TemplateDependency[]> {
  const pairs = await unit.db
    .selectFrom('workflow')
    .innerJoin('task', 'task.workflow_id', 'workflow.id')
    .innerJoin('node', 'node.id', 'task.node_id')
    .innerJoin('task_template_version as version', 'version.id', 'node.task_template_version_id')
    .innerJoin('task_template as template', 'template.id', 'version.task_template_id')
    .leftJoin('edge', (join) => join.onRef('edge.dag_id', '=', 'workflow.dag_id').onRef('edge.node_id', '=', 'node.id'))
    .leftJoin(listedIn('edge.downstream_node_ids').as('neighbour'), (join) => join.onTrue())
    .leftJoin('node as node2', 'node2.id', 'neighbour.value')
    .leftJoin('task_template_version as version2', 'version2.id', 'node2.task_template_version_id')
    .leftJoin('task_template as template2', 'template2.id', 'version2.task_template_id')
    .select(['template.name', 'template2.name as downstream'])
    .distinct()
    .where('workflow.id', '=', workflowId)
    .execute();
  const needed = new Set(pairs.filter(({ downstream }) => downstream !== null).map(({ name }) => name));
  return pairs.filter(({ name, downstream }) => downstream !== null || !needed.has(name));
}
