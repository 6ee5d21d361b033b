import type { Transport, TransportAnswer } from '../../api/transport.ts';
import { messageOf } from '../../core/errors.ts';

/** A transport that says when the server has been failing for a while, because requests are retried for minutes. */
export interface NoticingTransport extends Transport {
  /** `tell` gets a reason (the server's own words) once for each time of trouble, until the failing request succeeds. */
  onTrouble(tell: (reason: string) => void): void;
}

/** Failures of one route in a row that are trouble; fewer are a server that restarts. With the waits of retries a second or two. */
const TROUBLE = 3;

export function noticeTrouble(transport: Transport): NoticingTransport {
  /** By route, because others may go on working: a full disk stops writes and no reads. */
  const failures = new Map<string, number>();
  let tell: (reason: string) => void = () => {};
  let told: string | undefined;

  const failed = (route: string, reason: string) => {
    const count = (failures.get(route) ?? 0) + 1;
    failures.set(route, count);
    if (count < TROUBLE || told !== undefined) return;
    told = route;
    tell(reason);
  };
  const worked = (route: string) => {
    failures.delete(route);
    if (told === route) told = undefined;
  };

  return {
    async send(request) {
      const route = `${request.method} ${request.url.split('?')[0]}`;
      let answer: TransportAnswer;
      try {
        answer = await transport.send(request);
      } catch (error) {
        if (!request.signal?.aborted) failed(route, `it does not answer (${messageOf(error)})`);
        throw error;
      }
      if (answer.status >= 500) failed(route, reasonOf(answer));
      else worked(route);
      return answer;
    },
    onTrouble: (listener) => {
      tell = listener;
    },
    close: () => transport.close(),
  };
}

/** The sentence in the body of an error answer, else its status. */
function reasonOf({ status, text }: TransportAnswer): string {
  const [, message] = /"(?:exception_message|detail)":\s*("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
  return message === undefined ? `it answers with status ${status}` : JSON.parse(message);
}
