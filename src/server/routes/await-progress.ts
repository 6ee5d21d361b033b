import type { Services } from '../handler.ts';
import { revisionOf } from '../operations/progress/workflow-progress.ts';

interface ProgressQuestion<Progress> {
  readonly workflowId: number;
  /** Revision of what the asker knows; undefined: nothing. */
  readonly after: number | undefined;
  /** Longest wait for news. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Gives how the workflow stands, or stood so many milliseconds ago. */
  readonly take: (age: number) => Promise<Progress>;
}

/**
 * Milliseconds of the beat in which news are told. All who wait are answered together, from one picture: a hundred pages cost the
 * database what one costs. Half of it is the mean delay of what people see.
 */
const BEAT = 500;

/** A reason of our own: without one, every abort makes an error object with its stack. */
const ANSWERED = 'answered';

/**
 * How a workflow stands, when that is another than what the asker knows, or the time is up, or nobody waits any more. The wait
 * begins before the look at what is there, so that a commit between the two ends it (the argument is in ../feed.ts).
 */
export async function awaitProgress<Progress extends { readonly revision: number }>(
  { database, feed, clock }: Services,
  { workflowId, after, seconds, signal, take }: ProgressQuestion<Progress>,
): Promise<Progress> {
  const deadline = clock.monotonic() + seconds * 1000;
  for (;;) {
    const remaining = Math.max(0, deadline - clock.monotonic());
    if (after === undefined || remaining === 0 || signal.aborted) return take(0);
    const answered = new AbortController();
    const over = AbortSignal.any([signal, answered.signal]);
    try {
      const news = feed.wait([`workflow:${workflowId}`, `workflow:${workflowId}/progress`], remaining / 1000, over);
      const revision = await database.read((unit) => revisionOf(unit, workflowId));
      if (revision === after) await news;
      await clock.sleep(Math.min(BEAT - (clock.monotonic() % BEAT), remaining), over);
      const progress = await take(BEAT / 2);
      // The picture may be a little older than the news.
      if (progress.revision !== after) return progress;
    } finally {
      answered.abort(ANSWERED);
    }
  }
}
