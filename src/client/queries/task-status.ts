/** Tasks and their attempts as tables show them. Source: client §17.2; http-views §3.1, §3.2. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { type FrameRow, parseFrame } from './frame.ts';

/** One attempt of a task, or one of several errors of it; the names are those of the wire's columns. */
export interface TaskStatusRow extends FrameRow {
  readonly TASK_ID: number;
  /** Letter of the task's status. */
  readonly task_status: string;
  readonly TASK_INSTANCE_ID: number;
  readonly DISTRIBUTOR_ID: string | null;
  /** Label of the attempt's status, such as RESOURCE_ERROR. */
  readonly STATUS: string;
  readonly RESOURCE_USAGE: string | null;
  /** Paths of files. */
  readonly STDOUT: string | null;
  readonly STDERR: string | null;
  readonly ERROR_TRACE: string | null;
}

/** Which attempts of which tasks to tell of. */
export interface TaskStatusOptions {
  /** Only attempts of which one of these is true, in any case: PENDING, RUNNING, DONE, FATAL. Default: all. */
  readonly statuses?: readonly string[] | undefined;
}

/** Where one attempt of a task writes; the names are those of the wire. */
export interface FilepathRow {
  readonly TASK_ID: number;
  readonly TASK_NAME: string;
  readonly ARRAY_NAME: string;
  readonly TASK_INSTANCE_ID: number;
  /** Empty when nothing is kept. */
  readonly OUTPUT_PATH: string;
  readonly ERROR_PATH: string;
}

/** Which attempts of a workflow to tell the output files of. */
export interface FilepathOptions {
  /** Only tasks of this array. */
  readonly arrayName?: string | undefined;
  /** Only tasks of this name. */
  readonly jobName?: string | undefined;
  /** Most rows; 0 = all. Default 5. */
  readonly limit?: number | undefined;
}

/** Ids in one address: servers read some thousands of characters and no more. */
const IDS_IN_ADDRESS = 500;

/** The attempts of tasks; an attempt with several errors has a row for each. Unknown tasks are left out. */
export async function taskStatus(
  requester: Requester,
  taskIds: readonly number[],
  { statuses }: TaskStatusOptions = {},
): Promise<TaskStatusRow[]> {
  const status = statuses?.map((each) => each.toUpperCase());
  const rows: TaskStatusRow[] = [];
  for (let start = 0; start < taskIds.length; start += IDS_IN_ADDRESS) {
    const { task_instance_status: text } = await requester.call(routes.getTaskStatus, {
      query: { task_ids: taskIds.slice(start, start + IDS_IN_ADDRESS), status },
    });
    for (const row of parseFrame(text)) rows.push(row as TaskStatusRow);
  }
  return rows;
}

/** Files to which the attempts of a workflow's tasks write. */
export async function getFilepaths(
  requester: Requester,
  workflowId: number,
  { arrayName = '', jobName = '', limit = 5 }: FilepathOptions = {},
): Promise<FilepathRow[]> {
  const { array_tasks: rows } = await requester.call(routes.getArrayTasks, {
    params: { workflow_id: workflowId },
    query: { array_name: arrayName, job_name: jobName, limit },
  });
  return rows;
}
