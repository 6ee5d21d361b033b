import type { Requester } from '../../api/requester.ts';
import type { Progress } from '../../client/swarm/run.ts';
import type { Clock } from '../../core/clock.ts';
import { TASK_STATUSES, type TaskStatus } from '../../core/status.ts';
import { harmless } from '../output/terminal.ts';
import { findFailedTasks } from './failures.ts';
import { createOutlook } from './outlook.ts';
import { createProgressDisplay } from './progress-display.ts';
import type { ProgressView } from './progress-view.ts';

/** Turns what the swarm tells into what the onlooker sees. */
export interface RunProgress {
  bound(workflowId: number): void;
  update(progress: Progress): void;
  /** Shows a line below the picture from now on. */
  remark(text: string): void;
  /** Writes a line that stays, above the picture. */
  say(text: string): void;
  /** Stops drawing, so that a question can be asked; {@link resume} goes on. */
  pause(): void;
  resume(): void;
  /** Draws the last state and leaves it on the screen. */
  end(): void;
}

/** Names of failed tasks that fit below the bar. */
const SHOWN_FAILURES = 3;

const NO_TASKS = Object.fromEntries(Object.keys(TASK_STATUSES).map((status) => [status, 0])) as Record<
  TaskStatus,
  number
>;

export function createRunProgress({
  name,
  stream,
  isLive,
  clock,
  requester,
}: {
  name: string;
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Whether a terminal may be redrawn: not while a log is written to it. */
  isLive: boolean;
  clock: Clock;
  requester: Requester;
}): RunProgress {
  const isRedrawn = isLive && stream.isTTY === true;
  const display = createProgressDisplay(stream, isRedrawn, clock);
  let paused = false;
  let asking = false;
  let started = false;
  let view: ProgressView = {
    name: harmless(name),
    workflowId: undefined,
    counts: NO_TASKS,
    total: 0,
    elapsed: 0,
    outlook: undefined,
    failures: [],
    isPaused: false,
    remark: '',
  };
  const show = (changes: Partial<ProgressView>) => {
    view = { ...view, ...changes };
    if (!paused && started) display.show(view);
  };
  const askOutlook = createOutlook({ requester, clock, onTold: (outlook) => show({ outlook }) });

  /** Failed tasks are named by the server; one question at a time, and never at the cost of the run. */
  const nameFailures = async () => {
    if (asking || view.workflowId === undefined) return;
    asking = true;
    try {
      const failed = await findFailedTasks(requester, view.workflowId, SHOWN_FAILURES);
      show({ failures: failed.map((task) => harmless(task.name)) });
    } catch {
      // The names are an ornament: the count stands there anyway, and the summary names every failure.
    } finally {
      asking = false;
    }
  };

  return {
    bound: (workflowId) => show({ workflowId }),
    update({ counts, total, elapsed, limit }) {
      const hasNewFailure = counts.F > view.counts.F;
      started = true;
      show({ counts: { ...counts }, total, elapsed, isPaused: limit === 0 });
      if (isRedrawn && view.workflowId !== undefined) void askOutlook(view.workflowId);
      if (hasNewFailure && isRedrawn) void nameFailures();
    },
    remark: (remark) => show({ remark }),
    say(text) {
      display.clear();
      stream.write(`${harmless(text)}\n`);
      show({});
    },
    pause() {
      paused = true;
      display.clear();
    },
    resume() {
      paused = false;
      show({});
    },
    end: () => display.end(),
  };
}
