/** Templates as a table: name, bar, and as many columns of numbers as there is room for. */
import { formatDuration } from '../../core/units.ts';
import { bar, number } from '../output/progress-text.ts';
import { clip, displayWidth, type Format, oneLine, type Paint } from '../output/terminal.ts';
import { partsOf } from './head.ts';
import type { Progress } from './view.ts';

export type TemplateRow = Progress['templates'][number];

interface NumberColumn {
  readonly title: string;
  cell(template: TemplateRow): string;
  /** Left out where it says nothing of any template. */
  readonly isWorthIt?: (template: TemplateRow) => boolean;
  readonly format?: Format;
}

/** The most important first: the last ones give way where it is narrow. */
const COLUMNS: readonly NumberColumn[] = [
  { title: 'DONE', cell: ({ counts, tasks }) => `${number(counts.DONE)}/${number(tasks)}` },
  {
    title: 'FAILED',
    cell: ({ counts }) => number(counts.FATAL),
    isWorthIt: ({ counts }) => counts.FATAL > 0,
    format: 'red',
  },
  { title: 'ACTIVE', cell: ({ counts }) => number(counts.RUNNING + counts.SCHEDULED), format: 'cyan' },
  { title: 'RUN TIME', cell: ({ run_time: time }) => (time === null ? '–' : timeText(time.median)) },
  { title: 'RETRIES', cell: ({ retries }) => number(retries), isWorthIt: ({ retries }) => retries > 0 },
];

const GAP = '  ';
const SHORTEST_NAME = 8;
const SHORTEST_BAR = 6;
const LONGEST_BAR = 50;

/** A title and the templates at these places. Widths are those of all templates, so that scrolling moves nothing sideways. */
export function tableOf(
  templates: readonly TemplateRow[],
  places: readonly number[],
  width: number,
  paint: Paint,
): string[] {
  const names = templates.map(({ name }) => oneLine(name));
  const { nameWidth, barWidth, columns } = layOut(templates, names, width);
  const line = (name: string, barText: string, cells: readonly string[]) =>
    [pad(name, nameWidth), ...(barWidth === 0 ? [] : [barText]), ...cells].join(GAP).trimEnd();
  const title = line(
    clip('TEMPLATE', nameWidth),
    ' '.repeat(barWidth),
    columns.map(({ column, columnWidth }) => column.title.padStart(columnWidth)),
  );
  const rows = places.map((place) => {
    const template = templates[place] as TemplateRow;
    const { counts, tasks } = template;
    const cells = columns.map(({ column, columnWidth }) => paintCell(column, template, columnWidth, paint));
    return line(clip(names[place] ?? '', nameWidth), bar(partsOf(counts), tasks, barWidth, paint), cells);
  });
  return [paint('bold', title), ...rows];
}

interface Layout {
  readonly nameWidth: number;
  /** 0: no bar. */
  readonly barWidth: number;
  readonly columns: readonly { readonly column: NumberColumn; readonly columnWidth: number }[];
}

function layOut(templates: readonly TemplateRow[], names: readonly string[], width: number): Layout {
  const widestName = names.reduce((widest, name) => Math.max(widest, displayWidth(name)), SHORTEST_NAME);
  let columns = COLUMNS.filter(({ isWorthIt }) => isWorthIt === undefined || templates.some(isWorthIt)).map(
    (column) => ({
      column,
      columnWidth: templates.reduce(
        (widest, template) => Math.max(widest, column.cell(template).length),
        column.title.length,
      ),
    }),
  );
  const roomBeside = () => width - columns.reduce((sum, { columnWidth }) => sum + columnWidth + GAP.length, 0);
  // A name needs to be told from others more than a number needs to be seen here.
  const leastName = Math.min(widestName, Math.max(SHORTEST_NAME, Math.floor(width / 3)));
  while (columns.length > 1 && roomBeside() < leastName + GAP.length + SHORTEST_BAR) columns = columns.slice(0, -1);
  const room = roomBeside();
  if (room < leastName + GAP.length + SHORTEST_BAR) {
    return { nameWidth: Math.max(0, Math.min(widestName, room)), barWidth: 0, columns };
  }
  const nameWidth = Math.min(widestName, Math.max(leastName, room - GAP.length - LONGEST_BAR));
  return { nameWidth, barWidth: Math.min(LONGEST_BAR, room - GAP.length - nameWidth), columns };
}

function paintCell({ cell, format }: NumberColumn, template: TemplateRow, width: number, paint: Paint): string {
  const text = cell(template);
  const padded = text.padStart(width);
  if (text === '0' || text === '–') return paint('dim', padded);
  return format === undefined ? padded : paint(format, padded);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Of seconds. Below ten with a fraction, since much of a short task's time is in it. */
function timeText(seconds: number): string {
  if (seconds < 10) return `${seconds.toLocaleString('en-US', { maximumSignificantDigits: 3 })} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : formatDuration(seconds);
}
