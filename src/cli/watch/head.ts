/** The first lines: which workflow, how far it is, since when, and when it will end. */

import { roughly, roughSpan } from '../../core/span.ts';
import { labelOf, WORKFLOW_STATUSES } from '../../core/status.ts';
import { formatDuration } from '../../core/units.ts';
import { barLine, countLines, joined, type Part, type Piece, rateText } from '../output/progress-text.ts';
import { clip, displayWidth, type Format, oneLine, type Paint, plural } from '../output/terminal.ts';
import type { Progress } from './view.ts';

const STATUS_COLOURS: Readonly<Record<string, Format>> = { D: 'green', R: 'cyan', F: 'red', A: 'red' };

export function headLines(progress: Progress, now: number, width: number, paint: Paint): string[] {
  const { tasks, counts } = progress.workflow;
  const parts = partsOf(counts);
  return [
    heading(progress, width, paint),
    barLine(parts, tasks, width, paint),
    ...countLines(parts, width, paint),
    ...joined(timePieces(progress, now), width, paint),
  ];
}

/** The parts of tasks by status, in the words of all displays. */
export function partsOf(counts: Progress['workflow']['counts']): Part[] {
  return [
    { word: 'done', count: counts.DONE },
    { word: 'running', count: counts.RUNNING },
    { word: 'scheduled', count: counts.SCHEDULED },
    { word: 'waiting', count: counts.PENDING },
    { word: 'failed', count: counts.FATAL },
  ];
}

function heading({ workflow }: Progress, width: number, paint: Paint): string {
  const { workflow_id: id, name, workflow_args: args, status, paused, live } = workflow;
  const isPaused = paused && live;
  const word = isPaused ? 'paused' : labelOf(WORKFLOW_STATUSES, status).toLowerCase();
  const colour = isPaused ? 'yellow' : STATUS_COLOURS[status];
  const number = `  workflow ${id} · `;
  const title = clip(oneLine(name ?? args ?? ''), Math.max(0, width - number.length - displayWidth(word)));
  return (
    paint('bold', title) +
    paint('dim', title === '' ? number.trimStart() : number) +
    (colour ? paint(colour, word) : word)
  );
}

function timePieces(progress: Progress, now: number): Piece[] {
  const { workflow, run, runs, rate, retries, forecast } = progress;
  const pieces: string[] = [];
  if (run === null) return [{ text: 'it has not run yet' }];
  if (runs > 1) pieces.push(`run ${runs}`);
  if (workflow.live) {
    const [recent, since] = [rateText(rate.recent), rateText(rate.run)];
    pieces.push(`${formatDuration(Math.max(0, now - run.started) / 1000)} elapsed`);
    pieces.push(recent);
    if (since !== recent) pieces.push(`${since} since its start`);
  } else {
    pieces.push(`took ${formatDuration((run.status_changed - run.started) / 1000)}`, rateText(rate.run));
  }
  if (retries > 0) pieces.push(retries === 1 ? '1 retry' : plural(retries, 'retrie'));
  if (workflow.live && forecast) pieces.push(...forecastTexts(forecast, now));
  return pieces.map((text) => ({ text }));
}

/** How long it will take with the range, and the time of day. */
function forecastTexts({ earliest, likely, latest }: NonNullable<Progress['forecast']>, now: number): string[] {
  const secondsTo = (time: number) => Math.max(0, time - now) / 1000;
  const span = roughSpan(secondsTo(earliest), secondsTo(latest));
  const [from, to] = [timeOfDay(earliest, now), timeOfDay(latest, now)];
  return [
    `about ${roughly(secondsTo(likely))} left (${span})`,
    from === to ? `ends at ${from}` : `ends at ${timeOfDay(likely, now)} (${from} to ${to})`,
  ];
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Where the viewer is; with the day if it is another one. */
function timeOfDay(time: number, now: number): string {
  const day = DAY.format(time);
  return day === DAY.format(now) ? TIME.format(time) : `${day} ${TIME.format(time)}`;
}
