/** Which template waits for which. */
import { counted, countText } from '../../core/figures.ts';
import { type Point, smoothPath } from '../../core/graph-picture.ts';
import { clip } from '../output/terminal.ts';
import { countsText } from './bar.ts';
import type { Graph, Progress, Template } from './gather.ts';
import { layoutOf, NODE_HEIGHT, NODE_WIDTH } from './graph-layout.ts';
import { html, type Markup, plainText } from './html.ts';

/** More templates, or edges between them, make no picture that says anything. */
const MOST_TEMPLATES = 150;
const MOST_EDGES = 600;
/** Columns of a name that fit into a box. */
const NAME_COLUMNS = 23;
/** Pixels between the border of a box and what is in it. */
const INSET = 10;

export function graphSection({ edges }: Graph, { templates }: Progress): Markup | null {
  if (templates.length < 2) return null;
  const ids = templates.map(({ array_id: id }) => id);
  // Tasks of one template may wait for each other; what has no box cannot be drawn to.
  const drawn = edges.filter(({ from, to }) => from !== to && ids.includes(from) && ids.includes(to));
  const within = edges.filter(({ from, to }) => from === to).length;
  if (templates.length > MOST_TEMPLATES || drawn.length > MOST_EDGES) {
    const sentence = `${counted(templates.length, 'template')} with ${counted(drawn.length, 'edge')} between them are too many to be drawn.`;
    return html`<section><h2>Graph of templates</h2><p class="quiet">${sentence}</p></section>`;
  }
  const { left, top, width, height, corners, ways } = layoutOf(ids, drawn);
  const lines = drawn.map(
    ({ edges: count }, at) =>
      html`<path class="edge" d="${smoothPath(ways[at] ?? [], Math.round)}" marker-end="url(#arrow)"><title>${counted(count, 'edge')} between tasks</title></path>`,
  );
  return html`<section><h2>Graph of templates</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Graph of templates"><svg class="graph" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}" role="img" aria-label="Which template waits for which">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M 0 0 L 8 4 L 0 8 Z"/></marker></defs>
${lines}${templates.map((template, at) => boxOf(template, corners[at] as Point))}
</svg></div>
${within > 0 && html`<p class="quiet small">Within ${counted(within, 'template')} tasks wait for each other too.</p>`}
</section>`;
}

function boxOf({ name, tasks, counts }: Template, { x, y }: Point): Markup {
  const inner = NODE_WIDTH - 2 * INSET;
  const wide = (count: number) => (tasks === 0 ? 0 : Math.round((inner * count) / tasks));
  const [done, failed, running] = [wide(counts.DONE), wide(counts.FATAL), wide(counts.RUNNING)];
  const part = (style: string, at: number, width: number) =>
    width > 0 && html`<rect class="${style}" x="${at}" y="${NODE_HEIGHT - 13}" width="${width}" height="5"/>`;
  return html`<g transform="translate(${Math.round(x)} ${Math.round(y)})"><title>${name}: ${countsText(counts)}</title>
<rect class="box" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="5"/>
<text x="${INSET}" y="19">${clip(plainText(name).replace(/\s+/g, ' '), NAME_COLUMNS)}</text>
<text class="quiet" x="${INSET}" y="36">${countText(counts.DONE)} of ${countText(tasks)} done${counts.FATAL > 0 && `, ${countText(counts.FATAL)} failed`}</text>
${part('fill-track', INSET, inner)}${part('fill-done', INSET, done)}${part('fill-running', INSET + done, running)}${part('fill-failed', INSET + done + running, failed)}</g>
`;
}
