/** The tasks of a workflow, counted by template and status. Source: http-views §5.4. */
import { sql } from 'kysely';
import type { TaskStatus } from '../../../core/status.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { TASK_LABELS, type TaskLabel } from './labels.ts';

/** Here all that has left the client counts as scheduled, other than in the other views. */
const LABEL_IN_TEMPLATE: Readonly<Record<TaskStatus, TaskLabel>> = {
  G: 'PENDING',
  E: 'PENDING',
  I: 'SCHEDULED',
  Q: 'SCHEDULED',
  A: 'SCHEDULED',
  O: 'SCHEDULED',
  R: 'RUNNING',
  D: 'DONE',
  F: 'FATAL',
};

export interface TemplateStatus {
  readonly templateId: number;
  readonly name: string;
  /** The newest one that the workflow uses. */
  readonly versionId: number;
  readonly tasks: number;
  readonly byLabel: Readonly<Record<TaskLabel, number>>;
  /** How many tasks of that version may be active at once; null if they belong to no array. */
  readonly limit: number | null;
  readonly attempts: { readonly least: number; readonly most: number; readonly mean: number };
}

/** Counts of each template that the workflow has tasks of, by ascending id. */
export async function templateStatuses(unit: ReadUnit, workflowId: number): Promise<TemplateStatus[]> {
  const groups = Map.groupBy(await countTasks(unit, workflowId), ({ templateId }) => templateId);
  return Array.from(groups.values(), summarise);
}

type Count = Awaited<ReturnType<typeof countTasks>>[number];

/** A row for each version and status of the workflow's tasks, grouped by the database; the newest version comes first. */
function countTasks({ db }: ReadUnit, workflowId: number) {
  const counted = db
    .selectFrom('task')
    .leftJoin('array', 'array.id', 'task.array_id')
    .select(({ fn }) => [
      // The array is one of few and at hand; the node, one of millions, is only asked where there is none.
      sql<number>`coalesce(${sql.ref('array.task_template_version_id')}, (select task_template_version_id from node where node.id = task.node_id))`.as(
        'versionId',
      ),
      'task.status',
      fn.countAll<number>().as('tasks'),
      fn.min('task.num_attempts').as('least'),
      fn.max('task.num_attempts').as('most'),
      fn.sum<number>('task.num_attempts').as('attempts'),
    ])
    .where('task.workflow_id', '=', workflowId)
    .groupBy(['versionId', 'task.status']);
  return db
    .selectFrom(counted.as('counted'))
    .innerJoin('task_template_version as version', 'version.id', 'counted.versionId')
    .innerJoin('task_template as template', 'template.id', 'version.task_template_id')
    .leftJoin('array', (join) =>
      join.on('array.workflow_id', '=', workflowId).onRef('array.task_template_version_id', '=', 'version.id'),
    )
    .select(['template.id as templateId', 'template.name', 'array.max_concurrently_running as limit'])
    .selectAll('counted')
    .orderBy('template.id')
    .orderBy('version.id', 'desc')
    .execute();
}

function summarise(counts: readonly Count[]): TemplateStatus {
  const [{ templateId, name, versionId, limit }] = counts as [Count];
  const tasks = sumOf(counts.map((count) => count.tasks));
  return {
    ...{ templateId, name, versionId, limit, tasks },
    byLabel: Object.fromEntries(
      TASK_LABELS.map((label) => [
        label,
        sumOf(counts.map((count) => (labelOf(count.status) === label ? count.tasks : 0))),
      ]),
    ) as Record<TaskLabel, number>,
    attempts: {
      least: Math.min(...counts.map(({ least }) => least)),
      most: Math.max(...counts.map(({ most }) => most)),
      mean: sumOf(counts.map(({ attempts }) => attempts)) / tasks,
    },
  };
}

/** Letters of other programs stood for something on its way. */
function labelOf(status: string): TaskLabel {
  return LABEL_IN_TEMPLATE[status as TaskStatus] ?? 'SCHEDULED';
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
