import { isSkepError } from '../core/errors.ts';
import type { Caller } from './requester.ts';
import { type AnswerOf, routes } from './routes.ts';

export type Capabilities = AnswerOf<typeof routes.getCapabilities>;

const asked = new WeakMap<Caller, Promise<Capabilities | undefined>>();

/** What the server can do beyond the compatible routes; undefined for a plain v3 server. Asked once per requester. */
export function capabilitiesOf(requester: Caller): Promise<Capabilities | undefined> {
  let answer = asked.get(requester);
  if (answer === undefined) {
    answer = requester.call(routes.getCapabilities, {}).catch((error: unknown) => {
      if (isSkepError(error, 'not_found', 'request_refused')) return undefined;
      asked.delete(requester); // A failure of the network says nothing about the server: ask again next time.
      throw error;
    });
    asked.set(requester, answer);
  }
  return answer;
}
