/** What went wrong, like errors together. */
import { counted, countText, timeText } from '../../core/figures.ts';
import type { ErrorGroups } from './gather.ts';
import { html, type Markup } from './html.ts';

type Group = ErrorGroups['groups'][number];

export function errorsSection({ groups, errors, grouped }: ErrorGroups): Markup {
  if (groups.length === 0) return html`<section><h2>Errors</h2><p class="quiet">No attempt has failed.</p></section>`;
  const shown = groups.reduce((sum, group) => sum + group.errors, 0);
  const rest = grouped - shown;
  return html`<section><h2>Errors</h2>
<p class="quiet small">${counted(errors, 'error')}. Those that differ in numbers only stand together, with the text of the newest${grouped < errors && `; the newest ${countText(grouped)} were sorted`}.</p>
${groups.map((group, at) => groupOf(group, at + 1))}
${rest > 0 && html`<p class="quiet small">${counted(rest, 'error')} of rarer kinds are not shown.</p>`}
</section>`;
}

function groupOf(
  { errors, tasks, fatal, templates, text, newest, oldest, task_id: task }: Group,
  place: number,
): Markup {
  const count = errors === 1 ? 'Once' : `Same error × ${countText(errors)}`;
  const lost = fatal > 0 && html`, <span class="failed-text">${countText(fatal)} failed for good</span>`;
  return html`<div class="error">
<p class="wraps"><strong>${count}</strong> in ${counted(tasks, 'task')} of ${templates.join(', ')}${lost}</p>
<pre tabindex="0" role="region" aria-label="Text of kind ${place}">${text.trim()}</pre>
<p class="quiet small" style="margin: 6px 0 0">${errors > 1 && `${timeText(oldest)} to `}${timeText(newest)} UTC · the newest: task ${task}</p>
</div>`;
}
