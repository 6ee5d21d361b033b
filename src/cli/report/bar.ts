/** Tasks by status, as a bar and in words. */
import { counted, countText } from '../../core/figures.ts';
import type { TaskLabel } from '../../core/task-label.ts';
import { html, type Markup } from './html.ts';

type Counts = Readonly<Record<TaskLabel, number>>;

/** In the order in which the bar is filled. */
const TONES: readonly (readonly [TaskLabel, tone: string, word: string])[] = [
  ['DONE', 'done', 'done'],
  ['RUNNING', 'running', 'running'],
  ['FATAL', 'failed', 'failed'],
  ['SCHEDULED', 'waiting', 'scheduled'],
  ['PENDING', '', 'pending'],
];

/** What is not pending fills it; a single one of a million is still seen. */
export function barOf(counts: Counts, tasks: number): Markup {
  const parts = TONES.filter(([label, tone]) => tone !== '' && counts[label] > 0).map(
    ([label, tone]) =>
      html`<span class="${tone}" style="flex: 0 0 max(2px, ${(100 * counts[label]) / tasks}%)"></span>`,
  );
  return html`<div class="bar" role="img" aria-label="${countsText(counts)}">${parts}</div>`;
}

/** Such as `3 done, 1 failed`. */
export function countsText(counts: Counts): string {
  const parts = TONES.filter(([label]) => counts[label] > 0).map(
    ([label, , word]) => `${countText(counts[label])} ${word}`,
  );
  return parts.length === 0 ? 'no tasks' : parts.join(', ');
}

/** The words of {@link countsText}, each with the dot of its colour. */
export function legendOf(counts: Counts, tasks: number): Markup {
  const parts = TONES.filter(([label]) => counts[label] > 0).map(
    ([label, tone, word]) => html`<span><span class="dot ${tone}"></span>${countText(counts[label])} ${word}</span> `,
  );
  return html`<p class="small" style="display: flex; flex-wrap: wrap; gap: 4px 18px"><span>${counted(tasks, 'task')}</span> ${parts}</p>`;
}
