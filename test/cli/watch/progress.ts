/** A workflow as the server tells of it, for tests of what is shown. */

import { START } from '../../../src/cli/watch/interaction.ts';
import type { Progress, WatchView } from '../../../src/cli/watch/view.ts';

export const NOW = Date.UTC(2026, 10, 26, 12, 0, 0);
const NO_LIMIT = 2_147_483_647;

export type Counts = Progress['workflow']['counts'];
const countsOf = (counts: Partial<Counts>): Counts => ({
  ...{ PENDING: 0, SCHEDULED: 0, RUNNING: 0, DONE: 0, FATAL: 0 },
  ...counts,
});

export function template(name: string, counts: Partial<Counts>, more: Partial<Progress['templates'][number]> = {}) {
  const all = countsOf(counts);
  const tasks = Object.values(all).reduce((sum, count) => sum + count, 0);
  const rest = { array_id: 1, retries: 0, max_concurrently_running: NO_LIMIT, run_time: null };
  return { ...rest, name, tasks, counts: all, ...more };
}

/** Live, for 83 seconds; its counts are those of its templates. */
export function progressOf(
  templates: Progress['templates'],
  more: Omit<Partial<Progress>, 'workflow'> & { readonly workflow?: Partial<Progress['workflow']> } = {},
): Progress {
  const sum = (label: keyof Counts) => templates.reduce((all, { counts }) => all + counts[label], 0);
  const counts = Object.fromEntries(Object.keys(countsOf({})).map((label) => [label, sum(label as keyof Counts)]));
  const tasks = templates.reduce((all, one) => all + one.tasks, 0);
  const { workflow, ...others } = more;
  const at = NOW - 83_000;
  return {
    ...{
      revision: 1,
      now: NOW,
      runs: 1,
      max_concurrently_running: NO_LIMIT,
      retries: 0,
      pending_reasons: [],
      forecast: null,
      templates,
    },
    run: { workflow_run_id: 1, status: 'R', user: 'bee', started: at, status_changed: at, heartbeat_due: NOW },
    rate: { recent: 14.46, run: 14.46 },
    ...others,
    workflow: {
      ...{ workflow_id: 3, name: 'montage-0', tool: 'montage', user: 'bee', workflow_args: 'x', status: 'R' },
      ...{ created: at, status_changed: at, live: true, paused: false, tasks, counts: counts as Counts },
      ...workflow,
    },
  };
}

export const viewOf = (progress: Progress | undefined, more: Partial<WatchView> = {}): WatchView => ({
  ...{ workflowId: 3, progress, now: NOW, failures: [], remark: '', interaction: START },
  ...more,
});
