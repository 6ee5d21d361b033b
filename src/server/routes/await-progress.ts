import type { Services } from '../handler.ts';
import { revisionOf } from '../operations/progress/workflow-progress.ts';

interface ProgressQuestion<Progress> {
  readonly workflowId: number;
  /** Revision of what the asker knows; undefined: nothing. */
  readonly after: number | undefined;
  /** Longest wait for news. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Name of the picture of how the workflow stands. */
  readonly picture: string;
  /** Gives it as it was drawn after that time of the steady clock. */
  readonly take: (since: number) => Promise<Progress>;
}

/** Milliseconds after news: what comes together is told together, and all who heard of it are answered from one picture. */
const GATHERING = 50;

/** A reason of our own: without one, every abort makes an error object with its stack. */
const ANSWERED = 'answered';

/**
 * How a workflow stands, when that is another than what the asker knows, or the time is up, or nobody waits any more. The wait
 * begins before the look at what is there, so that a commit between the two ends it (the argument is in ../feed.ts).
 * News after a while without any are told at once, and others as often as drawing the picture for all who wait may cost.
 */
export async function awaitProgress<Progress extends { readonly revision: number }>(
  { database, feed, clock, pictures }: Services,
  { workflowId, after, seconds, signal, picture, take }: ProgressQuestion<Progress>,
): Promise<Progress> {
  const deadline = clock.monotonic() + seconds * 1000;
  for (;;) {
    const remaining = Math.max(0, deadline - clock.monotonic());
    if (after === undefined || remaining === 0 || signal.aborted) return take(clock.monotonic());
    const answered = new AbortController();
    const over = AbortSignal.any([signal, answered.signal]);
    try {
      const news = feed.wait([`workflow:${workflowId}`, `workflow:${workflowId}/progress`], remaining / 1000, over);
      const revision = await database.read((unit) => revisionOf(unit, workflowId));
      if (revision === after) await news;
      const heard = clock.monotonic();
      await clock.sleep(Math.min(Math.max(GATHERING, pictures.pauseOf(picture)), remaining), over);
      const progress = await take(heard);
      // The time was up, or what changed was taken back to what it had been.
      if (progress.revision !== after) return progress;
    } finally {
      answered.abort(ANSWERED);
    }
  }
}
