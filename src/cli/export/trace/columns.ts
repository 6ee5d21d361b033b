/** The columns of a trace as Nextflow defines them, and what they say of an attempt. */
import type { AttemptRecord, TaskRecord } from '../../../client/queries/task-records.ts';
import type { TaskInstanceStatus } from '../../../core/status.ts';
import type { Forms } from './forms.ts';
import { commandHash, exitStatus } from './known.ts';

/** One line of a trace. */
export interface Line {
  readonly task: TaskRecord;
  readonly attempt: AttemptRecord;
  /** From 1. */
  readonly number: number;
  readonly template: string;
}

/** What a status is called there. */
const STATUSES: Readonly<Record<TaskInstanceStatus, string>> = {
  Q: 'NEW',
  I: 'NEW',
  O: 'SUBMITTED',
  R: 'RUNNING',
  T: 'RUNNING',
  D: 'COMPLETED',
  E: 'FAILED',
  U: 'FAILED',
  Z: 'FAILED',
  F: 'FAILED',
  X: 'FAILED',
  W: 'FAILED',
  K: 'ABORTED',
};

const ENDED = ['COMPLETED', 'FAILED'];
const statusOf = ({ status }: AttemptRecord) => STATUSES[status as TaskInstanceStatus] ?? status;
const endOf = (attempt: AttemptRecord) => (ENDED.includes(statusOf(attempt)) ? attempt.status_changed : null);
const millisecondsOf = (seconds: number | null) => (seconds === null ? null : seconds * 1000);

/** `null`: not known. Values are text, or numbers that a form turns into text. */
export const COLUMNS: Readonly<Record<string, (line: Line, forms: Forms) => string | null>> = {
  task_id: ({ task }) => String(task.task_id),
  hash: ({ task }) => commandHash(task.command),
  native_id: ({ attempt }) => attempt.distributor_id,
  process: ({ template }) => template,
  name: ({ task }) => task.name,
  status: ({ attempt }) => statusOf(attempt),
  exit: ({ attempt }) => exitStatus(attempt),
  cpus: ({ attempt }) => (attempt.asked.cores === null ? null : String(attempt.asked.cores)),
  time: ({ attempt }, { duration }) => duration(millisecondsOf(attempt.asked.run_time)),
  memory: ({ attempt }, { bytes }) => bytes(attempt.asked.memory),
  attempt: ({ number }) => String(number),
  submit: ({ attempt }, { time }) => time(attempt.submitted),
  start: ({ attempt }, { time }) => time(attempt.started),
  complete: ({ attempt }, { time }) => time(endOf(attempt)),
  duration: ({ attempt }, { duration }) => {
    const [from, until] = [attempt.submitted ?? attempt.started, endOf(attempt)];
    return duration(from === null || until === null ? null : Math.max(0, until - from));
  },
  realtime: ({ attempt }, { duration }) => duration(millisecondsOf(attempt.run_time)),
  queue: ({ attempt }) => attempt.queue,
  '%cpu': ({ attempt: { cpu, run_time: seconds } }, { percent }) =>
    percent(cpu === null || seconds === null || seconds === 0 ? null : (100 * cpu) / seconds),
  peak_rss: ({ attempt }, { bytes }) => bytes(attempt.memory),
  // Not measured; readers of the columns that Nextflow writes by default look for them.
  peak_vmem: () => null,
  rchar: () => null,
  wchar: () => null,
  hostname: ({ attempt }) => attempt.nodename,
};
