/** How many attempts ran, and ended, over the time of a run. */
import { counted, countText, durationText, timeText } from '../../core/figures.ts';
import type { Timeline } from './gather.ts';
import { html, type Markup } from './html.ts';

/** Height of a drawing in its own units; it is stretched to the page, so that only proportions matter. */
const HEIGHT = 100;

export function timelineSection(timeline: Timeline): Markup {
  const { running, done, failed, from, until } = timeline;
  const [allDone, allFailed] = [sum(done), sum(failed)];
  if (allDone + allFailed + sum(running) === 0) {
    return html`<section><h2>Timeline</h2><p class="quiet">No attempt has run yet.</p></section>`;
  }
  const part = durationText((until - from) / running.length / 1000);
  return html`<section><h2>Timeline</h2>
<figure><figcaption><span>Running at a time</span></figcaption>
${chart(timeline, Math.max(...running), 'How many attempts ran', (scale) => runningArea(running, scale))}</figure>
<figure><figcaption><span><span class="dot done"></span>${counted(allDone, 'attempt')} done</span> ${allFailed > 0 && html`<span><span class="dot failed"></span>${countText(allFailed)} failed</span>`} <span>in parts of ${part}</span></figcaption>
${chart(timeline, Math.max(...done.map((count, at) => count + (failed[at] ?? 0))), 'How many attempts ended', (scale) => endedBars(done, failed, scale))}</figure>
</section>`;
}

/** The marks are text of the page: in a drawing that is stretched they would be stretched too. */
function chart(
  { from, until, running }: Timeline,
  most: number,
  label: string,
  draw: (scale: number) => Markup,
): Markup {
  const top = Number(most.toPrecision(2));
  return html`<div class="chart"><div class="marks"><span>${countText(top)}</span><span>0</span></div>
<svg viewBox="0 0 ${running.length} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}, ${countText(top)} at most">${draw(HEIGHT / Math.max(most, Number.MIN_VALUE))}</svg>
<div class="times"><span>${timeText(from)} UTC</span><span>+ ${durationText((until - from) / 1000)}</span></div></div>`;
}

function runningArea(running: readonly number[], scale: number): Markup {
  const steps = running.map((count, at) => `V ${heightOf(count * scale)} H ${at + 1}`).join(' ');
  return html`<path class="area" d="M 0 ${HEIGHT} ${steps} V ${HEIGHT} Z"/><path class="outline" d="M 0 ${HEIGHT} ${steps} V ${HEIGHT}"/>`;
}

function endedBars(done: readonly number[], failed: readonly number[], scale: number): Markup {
  const bars = done.map((count, at) => {
    const lost = (failed[at] ?? 0) * scale;
    return html`${bar('fill-done', at, 0, count * scale)}${bar('fill-failed', at, count * scale, lost)}`;
  });
  return html`${bars}`;
}

function bar(style: string, at: number, above: number, height: number): Markup | null {
  if (height === 0) return null;
  return html`<rect class="${style}" x="${at + 0.08}" y="${heightOf(above + height)}" width="0.84" height="${rounded(height)}"/>`;
}

const heightOf = (height: number) => rounded(HEIGHT - height);
const rounded = (value: number) => Math.round(value * 100) / 100;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
