/** What the server tells of a run while it is watched: how fast it goes, and when it will end. */
import { capabilitiesOf } from '../../api/capabilities.ts';
import type { Requester } from '../../api/requester.ts';
import { getWorkflowProgress } from '../../api/routes/progress.ts';
import type { Clock } from '../../core/clock.ts';

export interface Outlook {
  /** Tasks per second of late. */
  readonly rate: number;
  /** Seconds from now; undefined: the server does not know. */
  readonly rest: { readonly earliest: number; readonly latest: number } | undefined;
}

/** Milliseconds between an answer and the next question: as often as a reader looks. */
const PAUSE = 2000;
/** A question may take the server a share of its time that nobody notices, which matters for a million tasks. */
const SHARE = 0.05;

/**
 * A function that asks, unless it is too early to ask again, and hands what it is told to `onTold`. A server that is not
 * Skep's is not asked.
 */
export function createOutlook({
  requester,
  clock,
  onTold,
}: {
  requester: Requester;
  clock: Clock;
  onTold: (outlook: Outlook | undefined) => void;
}): (workflowId: number) => Promise<void> {
  let isAsking = false;
  let nextTime = 0;
  let canTell: boolean | undefined;
  return async (workflowId) => {
    const started = clock.monotonic();
    if (isAsking || canTell === false || started < nextTime) return;
    isAsking = true;
    try {
      canTell ??= (await capabilitiesOf(requester)) !== undefined;
      if (canTell) onTold(await ask(requester, workflowId));
    } catch {
      // The connection tells of its trouble by itself; an outlook that is old would be wrong.
      onTold(undefined);
    } finally {
      isAsking = false;
      const now = clock.monotonic();
      nextTime = now + Math.max(PAUSE, (now - started) / SHARE);
    }
  };
}

async function ask(requester: Requester, workflowId: number): Promise<Outlook> {
  const input = { params: { workflow_id: workflowId } };
  const { forecast, now, rate } = await requester.call(getWorkflowProgress, input, { attempts: 1 });
  const secondsTo = (time: number) => Math.max(0, time - now) / 1000;
  const rest =
    forecast === null ? undefined : { earliest: secondsTo(forecast.earliest), latest: secondsTo(forecast.latest) };
  return { rate: rate.recent, rest };
}
