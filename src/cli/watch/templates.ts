/** The templates of a workflow, each on a line with its bar; those that are at work where not all fit. */
import { clip, type Paint } from '../output/terminal.ts';
import { type TemplateRow, tableOf } from './template-table.ts';

interface Room {
  readonly width: number;
  readonly height: number;
  /** Place of the first template that is shown; undefined: those that are at work. */
  readonly offset: number | undefined;
  readonly paint: Paint;
}

export function templateLines(templates: readonly TemplateRow[], room: Room) {
  const { width, height, offset, paint } = room;
  if (templates.length === 0) return { lines: height > 0 ? [paint('dim', 'It has no task.')] : [], first: 0, shown: 0 };
  const hasTitle = height > 3;
  const rows = height - (hasTitle ? 1 : 0);
  const { places, remark } = choose(templates, rows, offset);
  const lines = tableOf(templates, places, width, paint);
  return {
    lines: [...lines.slice(hasTitle ? 0 : 1), ...(remark === '' ? [] : [paint('dim', clip(remark, width))])].slice(
      0,
      Math.max(0, height),
    ),
    first: places[0] ?? 0,
    shown: places.length,
  };
}

interface Choice {
  readonly places: readonly number[];
  /** What is said of the others. */
  readonly remark: string;
}

function choose(templates: readonly TemplateRow[], rows: number, offset: number | undefined): Choice {
  const all = templates.map((_, place) => place);
  if (templates.length <= rows) return { places: all, remark: '' };
  const lines = Math.max(1, rows - 1);
  if (offset !== undefined) {
    const first = Math.max(0, Math.min(offset, templates.length - lines));
    const places = all.slice(first, first + lines);
    return {
      places,
      remark: `templates ${first + 1} to ${first + places.length} of ${templates.length} (esc: those at work)`,
    };
  }
  const stages = templates.map(stageOf);
  const byInterest = all.toSorted((one, other) => rankOf(stages[one]) - rankOf(stages[other]) || one - other);
  const [shown, hidden] = [byInterest.slice(0, lines), byInterest.slice(lines)];
  const parts = STAGES.flatMap((stage) => {
    const count = hidden.filter((place) => stages[place] === stage).length;
    return count === 0 ? [] : [`${count} ${stage}`];
  });
  return {
    places: shown.toSorted((one, other) => one - other),
    remark: `… ${hidden.length} more: ${parts.join(', ')}`,
  };
}

/** From what matters most to an onlooker to what matters least; a template is at the first stage that fits. */
const STAGES = ['at work', 'failed', 'begun', 'waiting', 'done'] as const;
type Stage = (typeof STAGES)[number];

function stageOf({ counts, tasks }: TemplateRow): Stage {
  if (counts.RUNNING + counts.SCHEDULED > 0) return 'at work';
  if (counts.FATAL > 0) return 'failed';
  if (counts.DONE >= tasks) return 'done';
  return counts.DONE > 0 ? 'begun' : 'waiting';
}

function rankOf(stage: Stage | undefined): number {
  return STAGES.indexOf(stage as Stage);
}
