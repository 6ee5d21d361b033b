/** What the progress of a run looks like. Pure: the same view gives the same text. */

import { roughSpan } from '../../core/span.ts';
import type { TaskStatus } from '../../core/status.ts';
import { formatDuration } from '../../core/units.ts';
import { barLine, countLines, joined, type Part, rateText } from '../output/progress-text.ts';
import { clip, type Paint } from '../output/terminal.ts';
import type { Outlook } from './outlook.ts';

export interface ProgressView {
  readonly name: string;
  /** Undefined until the workflow is bound. */
  readonly workflowId: number | undefined;
  readonly counts: Readonly<Record<TaskStatus, number>>;
  readonly total: number;
  /** Seconds since the run began. */
  readonly elapsed: number;
  /** Undefined while the server has not told any. */
  readonly outlook: Outlook | undefined;
  /** Names of tasks that failed lately, newest first. */
  readonly failures: readonly string[];
  /** No further task starts until somebody lets the workflow continue. */
  readonly isPaused: boolean;
  /** A question or remark below everything else. */
  readonly remark: string;
}

/** Statuses that are one thing to the onlooker. */
const GROUPS: readonly { word: Part['word']; statuses: readonly TaskStatus[] }[] = [
  { word: 'done', statuses: ['D'] },
  { word: 'running', statuses: ['R'] },
  { word: 'queued', statuses: ['Q', 'I', 'O'] },
  { word: 'waiting', statuses: ['G', 'E', 'A'] },
  { word: 'failed', statuses: ['F'] },
];

/** The lines shown on a terminal of `width` columns. */
export function renderProgress(view: ProgressView, width: number, paint: Paint): string {
  const parts = partsOf(view);
  const lines = [
    heading(view, width, paint),
    barLine(parts, view.total, width, paint),
    ...countLines(parts, width, paint),
    ...joined(timePieces(view), width, paint),
  ];
  if (view.failures.length > 0) lines.push(paint('red', clip(`failed of late: ${view.failures.join(', ')}`, width)));
  if (view.isPaused) lines.push(paint('yellow', clip(pauseText(view), width)));
  if (view.remark !== '') lines.push(paint('yellow', view.remark));
  return lines.join('\n');
}

/** One line for logs and pipes. */
export function renderProgressLine(view: ProgressView): string {
  const present = partsOf(view).filter(({ word, count }) => count > 0 || word === 'done');
  const parts = present.map(({ word, count }) => `${word} ${count}`).join(', ');
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

function partsOf({ counts }: ProgressView): Part[] {
  return GROUPS.map(({ word, statuses }) => ({
    word,
    count: statuses.reduce((sum, status) => sum + counts[status], 0),
  }));
}

function timePieces({ elapsed, outlook, isPaused, counts, total }: ProgressView) {
  const texts = [`${formatDuration(elapsed)} elapsed`];
  const isOver = counts.D + counts.F >= total;
  if (outlook !== undefined && outlook.rate > 0) texts.push(rateText(outlook.rate));
  // What the server told a moment ago no longer holds of a run that is paused, or over.
  if (outlook?.rest !== undefined && !isPaused && !isOver) {
    texts.push(`ends in ${roughSpan(outlook.rest.earliest, outlook.rest.latest)}`);
  }
  return texts.map((text) => ({ text }));
}
