/** What attempts asked for, what they used, and what would have been enough. */
import { bytesText, countText, durationText, percentText } from '../../core/figures.ts';
import type { Progress, Usage } from './gather.ts';
import { html, type Markup } from './html.ts';

type Point = Usage['points'][number];
type Sums = Usage['templates'][number]['memory'];

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** One thing that attempts ask for. */
interface Measure {
  readonly title: string;
  readonly sums: 'memory' | 'cpu' | 'run_time';
  asked(point: Point): number | null;
  used(point: Point): number | null;
  /** The least whole unit that is enough, as it is asked for. */
  enough(peak: number): number;
  text(value: number): string;
  /** Of what was asked for and not used, summed over attempts. */
  wasteText(value: number): string;
}

const MEASURES: readonly Measure[] = [
  {
    ...{ title: 'Memory', sums: 'memory', text: bytesText },
    asked: (point) => point.memory_asked,
    used: (point) => point.memory_used,
    enough: (peak) => Math.ceil(peak / GIB) * GIB,
    wasteText: (mebibyteSeconds) => `${bytesText((mebibyteSeconds * MIB) / 3600)} h`,
  },
  {
    ...{ title: 'Cores', sums: 'cpu', text: (cores) => countText(Number(cores.toPrecision(2))) },
    asked: (point) => point.cores_asked,
    used: ({ cpu, run_time: seconds }) => (cpu === null || !seconds ? null : cpu / seconds),
    enough: (peak) => Math.max(1, Math.ceil(peak - CORES_OF_NOISE)),
    wasteText: (coreSeconds) => `${durationText(coreSeconds)} of a core`,
  },
  {
    ...{ title: 'Run time', sums: 'run_time', text: durationText, wasteText: durationText },
    asked: (point) => point.run_time_asked,
    used: (point) => point.run_time,
    enough: (peak) => Math.ceil(peak / 60) * 60,
  },
];

/** Clocks of a short attempt are not exact: 1.02 cores are one. */
const CORES_OF_NOISE = 0.05;

export function usageSection(usage: Usage, { templates }: Progress): Markup {
  if (usage.templates.length === 0) {
    return html`<section><h2>Resources</h2><p class="quiet">No attempt has ended whose use was measured.</p></section>`;
  }
  const names = new Map(templates.map(({ array_id: id, name }) => [id, name]));
  const points = Map.groupBy(usage.points, ({ array_id: id }) => id);
  const rows = usage.templates.flatMap((template) => {
    const own = points.get(template.array_id) ?? [];
    const name = names.get(template.array_id) ?? `array ${template.array_id}`;
    const measured = MEASURES.flatMap((measure) => rowOf(measure, template[measure.sums], own) ?? []);
    return measured.map(
      (cells, at) =>
        html`<tr>${at === 0 && html`<th scope="rowgroup" rowspan="${measured.length}">${name}<br><span class="quiet small">${countText(template.attempts)} ${template.attempts === 1 ? 'attempt' : 'attempts'}</span></th>`}${cells}</tr>\n`,
    );
  });
  return html`<section><h2>Resources</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Resources"><table>
<thead><tr><th scope="col">Template</th><th scope="col">What</th><th scope="col" class="right">Asked</th><th scope="col" class="right">Most used</th><th scope="col" class="right">Enough</th><th scope="col" class="right">Used of asked</th><th scope="col" class="right">Unused</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>
<p class="quiet small">Enough: the least whole GiB, core or minute that every measured attempt that was done would have got by with; a margin on top is yours to choose. Used of asked, and unused: over all attempts that ended. A dash: nobody asked, or nobody measured.</p>
</section>`;
}

/** Cells of one measure; undefined where nothing is known of it. */
function rowOf(measure: Measure, sums: Sums, points: readonly Point[]): Markup | undefined {
  const { title, text } = measure;
  const asked = most(points.map(measure.asked));
  const peak = most(points.map(measure.used));
  const peakOfDone = most(points.filter(({ status }) => status === 'D').map(measure.used));
  if (asked === undefined && peak === undefined) return undefined;
  const enough = peakOfDone === undefined ? undefined : measure.enough(peakOfDone);
  const isLess = enough !== undefined && asked !== undefined && enough < asked;
  const known = sums !== null && sums.asked > 0 ? sums : undefined;
  const waste = known === undefined ? undefined : Math.max(0, known.asked - known.used);
  return html`<td class="word">${title}</td>${cell(asked, text)}${cell(peak, text)}<td class="right">${
    enough === undefined ? DASH : isLess ? html`<strong>${text(enough)}</strong>` : text(enough)
  }</td><td class="right">${known === undefined ? DASH : percentText(known.used, known.asked)}</td>${cell(waste, measure.wasteText)}`;
}

const DASH = html`<span class="quiet">–</span>`;

function cell(value: number | undefined, text: (value: number) => string): Markup {
  return html`<td class="right">${value === undefined ? DASH : text(value)}</td>`;
}

function most(values: readonly (number | null)[]): number | undefined {
  return values.reduce<number | undefined>(
    (highest, value) => (value === null || value <= (highest ?? -1) ? highest : value),
    undefined,
  );
}
