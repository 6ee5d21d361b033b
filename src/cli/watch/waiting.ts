/** Why tasks wait. */
import { NO_CONCURRENCY_LIMIT } from '../../core/status.ts';
import { clip, oneLine, type Paint, plural } from '../output/terminal.ts';
import type { Progress } from './view.ts';

const MOST_REASONS = 4;

/** A title and a line for each reason; nothing while no task has to wait for anything but other tasks. */
export function waitingSection(progress: Progress, width: number, paint: Paint): string[] {
  const reasons = [...ownReasons(progress), ...progress.pending_reasons.map(reasonText)];
  if (reasons.length === 0) return [];
  const shown = reasons.length > MOST_REASONS ? reasons.slice(0, MOST_REASONS - 1) : reasons;
  const rest = reasons.length - shown.length;
  return [
    paint('bold', 'What tasks wait for'),
    ...shown.map((reason) => clip(`  ${reason}`, width)),
    ...(rest > 0 ? [paint('dim', `  … and ${plural(rest, 'more reason')}`)] : []),
  ];
}

function reasonText({ reason, tasks }: Progress['pending_reasons'][number]): string {
  return `${plural(tasks, 'task')}: ${oneLine(reason)}`;
}

/** What holds tasks back before any cluster does: a pause, and limits that are reached. */
function ownReasons({ workflow, templates, max_concurrently_running: limit }: Progress): string[] {
  const { counts, live, paused } = workflow;
  if (counts.PENDING === 0 || !live) return [];
  if (paused) return ['It is paused: no further task starts'];
  if (isReached(limit, counts)) return [`The limit of ${limit} active tasks is reached`];
  return templates
    .filter((template) => template.counts.PENDING > 0 && isReached(template.max_concurrently_running, template.counts))
    .map(
      (template) =>
        `${oneLine(template.name)}: the limit of ${template.max_concurrently_running} active tasks is reached`,
    );
}

function isReached(limit: number, { RUNNING, SCHEDULED }: Progress['workflow']['counts']): boolean {
  return limit < NO_CONCURRENCY_LIMIT && RUNNING + SCHEDULED >= limit;
}
