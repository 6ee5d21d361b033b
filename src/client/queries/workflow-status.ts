/** Workflows as tables show them. Source: client §17.2, §17.3; http-views §4.2, §4.6. */
import type { Caller, Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { labelOfTask, TASK_LABELS, type TaskLabel } from '../../core/task-label.ts';
import { userName } from '../../core/user-name.ts';
import { type FrameRow, parseFrame } from './frame.ts';

/** One workflow; the names are those of the wire's columns. A count reads `2 (33.3%)`; null where the server did not count. */
export interface WorkflowStatusRow extends FrameRow, Readonly<Record<TaskLabel, string | null>> {
  readonly WF_ID: number;
  readonly WF_NAME: string;
  /** Label of the status, such as DONE. */
  readonly WF_STATUS: string;
  /** Milliseconds since 1970. */
  readonly CREATED_DATE: number | null;
  readonly TASKS: number;
  /** Attempts beyond the first, of all tasks together. */
  readonly RETRIES: number;
}

/** The number in a count such as `4 (33.3%)`; 0 where the server did not count. */
export function countIn(text: string | null): number {
  return Number.parseInt(text ?? '0', 10);
}

/** Which workflows to tell of, at most how many. */
export interface WorkflowStatusOptions {
  /** Default: those of `users`. */
  readonly workflowIds?: readonly number[] | undefined;
  /** Default: the user of this process, as runs name him. Not looked at with `workflowIds`. */
  readonly users?: readonly string[] | undefined;
  /** Most workflows, the newest ones. Default: all of `workflowIds`, else 5. */
  readonly limit?: number | undefined;
}

/** One task; the names are those of the wire's columns. */
export interface WorkflowTaskRow extends FrameRow {
  readonly TASK_ID: number;
  readonly TASK_NAME: string;
  readonly STATUS: TaskLabel;
  readonly RETRIES: number;
}

/** Which tasks of a workflow to tell of, at most how many. */
export interface WorkflowTasksOptions {
  /** Only tasks of which one of these is true, in any case. Default: all. */
  readonly statuses?: readonly string[] | undefined;
  /** Most tasks; 0 = all. Default 5. */
  readonly limit?: number | undefined;
}

const DEFAULT_LIMIT = 5;

/** Workflows by ascending id, with their tasks counted by status. Unknown ids are left out. */
export async function workflowStatus(
  requester: Caller,
  { workflowIds = [], users = [userName(process.env)], limit }: WorkflowStatusOptions = {},
): Promise<WorkflowStatusRow[]> {
  const query = {
    ...(workflowIds.length > 0 ? { workflow_id: [...workflowIds] } : { user: [...users] }),
    limit: limit ?? Math.max(DEFAULT_LIMIT, workflowIds.length),
  };
  const { workflows } = await requester.call(routes.getWorkflowStatus, { query });
  return parseFrame(workflows).map(workflowRow);
}

/** Tasks of a workflow, the newest first; none for an unknown workflow. */
export async function workflowTasks(
  requester: Requester,
  workflowId: number,
  { statuses, limit = DEFAULT_LIMIT }: WorkflowTasksOptions = {},
): Promise<WorkflowTaskRow[]> {
  const { workflow_tasks: text } = await requester.call(routes.getWorkflowTasks, {
    params: { workflow_id: workflowId },
    query: { limit, status: statuses?.map((status) => status.toUpperCase()) },
  });
  return parseFrame(text).map((row) => ({ ...row, STATUS: labelAt(row) }) as WorkflowTaskRow);
}

/** Some servers give the letter of a status where others give its label. */
function labelAt({ STATUS: status }: FrameRow): TaskLabel {
  const text = String(status);
  return text.length === 1 ? labelOfTask(text) : (text as TaskLabel);
}

/** The servers that give letters count no task by label: zeros everywhere beside tasks mean that nothing is known. */
function workflowRow(row: FrameRow): WorkflowStatusRow {
  const counts = TASK_LABELS.map((label) => [label, row[label] ?? null] as const);
  const isCounted = row.TASKS === 0 || counts.some(([, count]) => Number.parseInt(String(count), 10) > 0);
  return { ...row, ...Object.fromEntries(counts.map(([label, count]) => [label, isCounted ? count : null])) } as never;
}
