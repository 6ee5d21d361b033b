import type { CallInput, Requester } from '../../api/requester.ts';
import type { AnswerOf, Route } from '../../api/route.ts';
import { SkepError } from '../../core/errors.ts';

/** What the steps of a binding send their requests through. */
export interface Caller {
  call<R extends Route>(route: R, input: CallInput<R>): Promise<AnswerOf<R>>;
}

/**
 * A caller whose requests all end when `signal` is aborted.
 * @throws SkepError run_interrupted from a call that was cut or not begun because of it.
 */
export function stoppable(requester: Requester, signal: AbortSignal | undefined): Caller {
  if (signal === undefined) return requester;
  return {
    call(route, input) {
      if (signal.aborted) return Promise.reject(interrupted());
      // Not awaited: a million tasks are sent through here, and what is being sent would be held until it is answered.
      return requester.call(route, input, { signal }).catch((error) => {
        throw signal.aborted ? interrupted(error) : error;
      });
    },
  };
}

/**
 * Waits for work that cannot be stopped itself no longer than until `signal` is aborted; its outcome does not matter then.
 * @throws SkepError run_interrupted
 */
export function unlessStopped<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(interrupted());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function interrupted(cause?: unknown): SkepError {
  return new SkepError('run_interrupted', 'The workflow was stopped before its tasks could start.', { cause });
}
