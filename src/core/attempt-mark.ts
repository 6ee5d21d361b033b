/**
 * The mark that a command and everything it starts carry in their environment. By it, what a dead supervisor left behind
 * is found again, also where it has left its process group.
 */
import { readlinkSync } from 'node:fs';
import { environmentValue, processIds } from './process-table.ts';

export const ATTEMPT_VARIABLE = 'SKEP_ATTEMPT';

export interface AttemptMark {
  /** Identity of the server's database; holds no `/`. */
  readonly database: string;
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly taskInstanceId: number;
  /** `<pid>@<start>` of the process that looks after the command. */
  readonly supervisor: string;
}

export interface MarkedProcess {
  readonly pid: number;
  readonly mark: AttemptMark;
}

export function writeMark(mark: AttemptMark): string {
  const { database, workflowId, workflowRunId, taskInstanceId, supervisor } = mark;
  return `${database}/${workflowId}/${workflowRunId}/${taskInstanceId}/${supervisor}`;
}

/** Reads a mark; undefined for a text that is none. */
export function readMark(text: string): AttemptMark | undefined {
  const found = /^([^/]+)\/(\d+)\/(\d+)\/(\d+)\/(.+)$/.exec(text);
  if (found === null) return undefined;
  const [, database = '', workflowId, workflowRunId, taskInstanceId, supervisor = ''] = found;
  return {
    database,
    workflowId: Number(workflowId),
    workflowRunId: Number(workflowRunId),
    taskInstanceId: Number(taskInstanceId),
    supervisor,
  };
}

/**
 * Living processes that carry a mark which `wanted` accepts. Those of other PID namespaces are left out: the supervisor in
 * their mark is a number of that namespace and tells nothing here.
 */
export function findMarked(wanted: (mark: AttemptMark) => boolean): MarkedProcess[] {
  const namespace = namespaceOf('self');
  return processIds().flatMap((pid) => {
    const mark = readMark(environmentValue(pid, ATTEMPT_VARIABLE) ?? '');
    return mark !== undefined && wanted(mark) && namespaceOf(pid) === namespace ? [{ pid, mark }] : [];
  });
}

function namespaceOf(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}
