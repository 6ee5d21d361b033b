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

/** In the environment of a supervisor itself, from its first moment on: it may live on when its distributor is dead. */
export const SUPERVISOR_VARIABLE = 'SKEP_SUPERVISOR';

export interface SupervisorMark {
  /** Identity of the server's database; holds no `/`. */
  readonly database: string;
  readonly workflowId: number;
  readonly workflowRunId: number;
}

export interface MarkedSupervisor {
  readonly pid: number;
  readonly mark: SupervisorMark;
}

export function writeSupervisorMark({ database, workflowId, workflowRunId }: SupervisorMark): string {
  return `${database}/${workflowId}/${workflowRunId}`;
}

/** Reads a mark; undefined for a text that is none. */
export function readSupervisorMark(text: string): SupervisorMark | undefined {
  const found = /^([^/]+)\/(\d+)\/(\d+)$/.exec(text);
  if (found === null) return undefined;
  const [, database = '', workflowId, workflowRunId] = found;
  return { database, workflowId: Number(workflowId), workflowRunId: Number(workflowRunId) };
}

/**
 * Living processes that carry a mark which `wanted` accepts. Those of other PID namespaces are left out: the supervisor in
 * their mark is a number of that namespace and tells nothing here.
 */
export function findMarked(wanted: (mark: AttemptMark) => boolean): MarkedProcess[] {
  return find(ATTEMPT_VARIABLE, readMark, wanted);
}

/** Living supervisors whose mark `wanted` accepts; as {@link findMarked}. */
export function findSupervisors(wanted: (mark: SupervisorMark) => boolean): MarkedSupervisor[] {
  return find(SUPERVISOR_VARIABLE, readSupervisorMark, wanted);
}

function find<Mark>(
  variable: string,
  read: (text: string) => Mark | undefined,
  wanted: (mark: Mark) => boolean,
): { pid: number; mark: Mark }[] {
  const namespace = namespaceOf('self');
  return processIds().flatMap((pid) => {
    const mark = read(environmentValue(pid, variable) ?? '');
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
