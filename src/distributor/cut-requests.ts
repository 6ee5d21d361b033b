import type { Caller, CallOptions } from '../api/requester.ts';

/**
 * A caller whose calls all end, with their repetitions, when `signal` is aborted. A server that died with its client would
 * otherwise hold us, and with us the commands, for as long as requests are repeated.
 */
export function cutBy(requester: Caller, signal: AbortSignal): Caller {
  return { call: (route, input, options: CallOptions = {}) => requester.call(route, input, { ...options, signal }) };
}
