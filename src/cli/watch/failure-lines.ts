/** What failed of late: a few lines below everything else, and a page of its own. */
import { number } from '../output/progress-text.ts';
import { clip, oneLine, type Paint, plainOutput } from '../output/terminal.ts';
import { failureLines } from '../run/failure-lines.ts';
import type { Failure } from '../run/failures.ts';

const SHOWN_BESIDE = 3;
/** Lines of a failed task's output that its entry on the page has. */
const TAIL = 5;

/** A title and the newest ones, each with the last line of its error, which says what went wrong. */
export function failureSection(failures: readonly Failure[], total: number, width: number, paint: Paint): string[] {
  if (failures.length === 0) return [];
  const shown = failures.slice(0, SHOWN_BESIDE);
  return [
    paint('bold', total > shown.length ? `Newest of ${number(total)} failures` : 'Newest failures'),
    ...shown.map((failure) =>
      paint('red', clip(`  ${oneLine(failure.name)} (task ${failure.id})${lastLine(failure)}`, width)),
    ),
  ];
}

function lastLine({ error }: Failure): string {
  const last = plainOutput(error)
    .split('\n')
    .findLast((line) => line.trim() !== '');
  return last === undefined ? '' : `: ${oneLine(last)}`;
}

interface Room {
  readonly width: number;
  readonly height: number;
  /** Lines above the first that is shown. */
  readonly offset: number;
  readonly paint: Paint;
}

/** The newest failures with the end of what each wrote. */
export function failurePage(
  failures: readonly Failure[],
  total: number,
  workflowId: number,
  { width, height, offset, paint }: Room,
) {
  const allErrors = clip(`skep workflow errors -w ${workflowId}  shows all, like ones together`, width);
  if (total === 0) return { lines: ['No task has failed for good.', '', paint('dim', allErrors)], first: 0, shown: 0 };
  const title =
    total > failures.length
      ? `The newest ${failures.length} of ${number(total)} failed tasks`
      : 'Failed tasks, newest first';
  const all = [
    // Without the path of its stderr, which would be cut where it is long.
    ...failures.flatMap((failure) => [...failureLines({ ...failure, stderrFile: undefined }, TAIL, width, paint), '']),
    paint('dim', allErrors),
  ];
  const shown = Math.max(1, height - 2);
  const first = Math.max(0, Math.min(offset, all.length - shown));
  return { lines: [paint('bold', clip(title, width)), '', ...all.slice(first, first + shown)], first, shown };
}
