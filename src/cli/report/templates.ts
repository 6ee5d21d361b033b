/** How far each template is. */
import { countText, durationText, percentText } from '../../core/figures.ts';
import { barOf } from './bar.ts';
import type { Progress, Template } from './gather.ts';
import { html, type Markup } from './html.ts';

export function templatesSection({ templates, pending_reasons: reasons }: Progress): Markup {
  if (templates.length === 0) return html`<section><h2>Templates</h2><p class="quiet">It has no tasks.</p></section>`;
  return html`<section><h2>Templates</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Templates"><table>
<thead><tr><th scope="col">Template</th><th scope="col" class="bars">Progress</th><th scope="col" class="right">Done</th><th scope="col" class="right">Failed</th><th scope="col" class="right">Retries</th><th scope="col" class="right">Run time</th></tr></thead>
<tbody>${templates.map(rowOf)}</tbody>
</table></div>
<p class="quiet small">Run time: the median of attempts that were done, and what 95 % of them did not exceed.</p>
${reasons.length > 0 && html`<p class="small">Waiting for: ${reasons.map(({ reason, tasks }) => `${reason} (${countText(tasks)})`).join(', ')}</p>`}
</section>`;
}

function rowOf({ name, counts, tasks, retries, run_time: time }: Template): Markup {
  const failed =
    counts.FATAL === 0
      ? html`<span class="quiet">–</span>`
      : html`<span class="failed-text">${countText(counts.FATAL)}</span>`;
  return html`<tr><th scope="row">${name}</th>
<td class="bars">${barOf(counts, tasks)}</td>
<td class="right">${countText(counts.DONE)} of ${countText(tasks)}<br><span class="quiet small">${percentText(counts.DONE, tasks)}</span></td>
<td class="right">${failed}</td>
<td class="right">${retries === 0 ? html`<span class="quiet">–</span>` : countText(retries)}</td>
<td class="right">${time === null ? html`<span class="quiet">–</span>` : html`${durationText(time.median)}<br><span class="quiet small">${durationText(time.p95)}</span>`}</td></tr>
`;
}
