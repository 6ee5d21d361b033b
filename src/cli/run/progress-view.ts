/** What the progress of a run looks like. Pure: the same view gives the same text. */
import type { TaskStatus } from '../../core/status.ts';
import { formatDuration } from '../../core/units.ts';
import { clip, type Format, type Paint } from '../output/terminal.ts';
import type { Estimate } from './throughput.ts';

export interface ProgressView {
  readonly name: string;
  /** Undefined until the workflow is bound. */
  readonly workflowId: number | undefined;
  readonly counts: Readonly<Record<TaskStatus, number>>;
  readonly total: number;
  /** Seconds since the run began. */
  readonly elapsed: number;
  /** Tasks per second. */
  readonly rate: number | undefined;
  readonly estimate: Estimate | undefined;
  /** Names of tasks that failed lately, newest first. */
  readonly failures: readonly string[];
  /** No further task starts until somebody lets the workflow continue. */
  readonly isPaused: boolean;
  /** A question or remark below everything else. */
  readonly remark: string;
}

/** Statuses that are one thing to the onlooker. */
const GROUPS: readonly { name: string; statuses: readonly TaskStatus[]; format: Format | undefined }[] = [
  { name: 'done', statuses: ['D'], format: 'green' },
  { name: 'running', statuses: ['R'], format: 'cyan' },
  { name: 'queued', statuses: ['Q', 'I', 'O'], format: undefined },
  { name: 'waiting', statuses: ['G', 'E', 'A'], format: undefined },
  { name: 'failed', statuses: ['F'], format: 'red' },
];

/** The lines shown on a terminal of `width` columns. */
export function renderProgress(view: ProgressView, width: number, paint: Paint): string {
  const lines = [
    heading(view, width, paint),
    bar(view, width, paint),
    countsLine(view, paint),
    clip(timeLine(view), width),
  ];
  if (view.failures.length > 0) lines.push(paint('red', clip(`failed of late: ${view.failures.join(', ')}`, width)));
  if (view.isPaused) lines.push(paint('yellow', clip(pauseText(view), width)));
  if (view.remark !== '') lines.push(paint('yellow', view.remark));
  return lines.join('\n');
}

/** One line for logs and pipes. */
export function renderProgressLine(view: ProgressView): string {
  const groups = countsOf(view).filter(({ name, count }) => count > 0 || name === 'done');
  const parts = groups.map(({ name, count }) => `${name} ${count}`).join(', ');
  return `${formatDuration(view.elapsed)}  ${view.counts.D}/${view.total}  ${parts}${view.isPaused ? ', paused' : ''}`;
}

function pauseText({ workflowId }: ProgressView): string {
  const command = workflowId === undefined ? '' : ` (to continue: skep workflow continue -w ${workflowId})`;
  return `paused: no further task starts${command}`;
}

function heading({ name, workflowId }: ProgressView, width: number, paint: Paint): string {
  const id = workflowId === undefined ? '' : `  workflow ${workflowId}`;
  return `${paint('bold', clip(name, width - id.length))}${paint('dim', id)}`;
}

/** Ends of the bar are honest: it is full only when every task is done, and empty only when none is. */
function bar({ counts, total }: ProgressView, width: number, paint: Paint): string {
  const share = total === 0 ? 0 : counts.D / total;
  const text = ` ${number(counts.D)} of ${number(total)}  ${Math.floor(share * 100)}%`;
  const length = Math.max(10, Math.min(50, width - text.length));
  const failed = total === 0 ? 0 : proportion(counts.F / total, length);
  const done = Math.min(proportion(share, length), length - failed);
  return `${paint('green', '█'.repeat(done))}${paint('red', '█'.repeat(failed))}${paint('dim', '░'.repeat(length - done - failed))}${text}`;
}

function proportion(share: number, length: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return length;
  return Math.min(length - 1, Math.max(1, Math.floor(share * length)));
}

function countsLine(view: ProgressView, paint: Paint): string {
  return countsOf(view)
    .map(({ name, count, format }) => {
      const text = `${name} ${number(count)}`;
      if (count === 0) return paint('dim', text);
      return format === undefined ? text : paint(format, text);
    })
    .join(paint('dim', ' · '));
}

function countsOf({ counts }: ProgressView) {
  return GROUPS.map(({ name, statuses, format }) => ({
    name,
    format,
    count: statuses.reduce((sum, status) => sum + counts[status], 0),
  }));
}

function timeLine({ elapsed, rate, estimate }: ProgressView): string {
  const parts = [`${formatDuration(elapsed)} elapsed`];
  if (rate !== undefined) parts.push(`${rate >= 10 ? Math.round(rate) : rate.toPrecision(2)} tasks/s`);
  if (estimate !== undefined) parts.push(estimateText(estimate));
  return parts.join(' · ');
}

function estimateText({ low, high }: Estimate): string {
  const [from, to] = [roughly(low), roughly(high)];
  return from === to ? `about ${from} left` : `about ${from} to ${to} left`;
}

/** One number with a unit: nobody believes the seconds of an hour. */
function roughly(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(seconds < 36_000 ? 1 : 0)} h`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
