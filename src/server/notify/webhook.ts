import type { Transport } from '../../api/transport.ts';
import type { Clock } from '../../core/clock.ts';
import type { Receiver } from './receivers.ts';

/** Seconds until a receiver that does not answer counts as failed. */
const TIMEOUT = 10;

/** Sends a notification as the body of a POST. Any answer but 2xx is a refusal, redirections too. */
export function webhookReceiver(
  address: URL,
  transportTo: (origin: string) => Transport,
  clock: Pick<Clock, 'after'>,
): Receiver {
  const { origin, pathname, search, username, password } = address;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = {
    'content-type': 'application/json',
    ...(credentials !== ':' && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
  return {
    name: 'webhook',
    async send(notification, signal) {
      // The time-out of a transport begins anew with every byte.
      const late = new AbortController();
      const cancel = clock.after(TIMEOUT * 1000, () => late.abort(new Error(`no answer within ${TIMEOUT} s`)));
      // One connection each time: notifications are rare, and a kept one may be dead by the next.
      const transport = transportTo(origin);
      try {
        const { status } = await transport.send({
          method: 'POST',
          url: `${pathname}${search}`,
          headers,
          body: Buffer.from(JSON.stringify(notification)),
          timeout: TIMEOUT,
          signal: AbortSignal.any([signal, late.signal]),
        });
        if (status < 200 || status > 299) throw new Error(`${origin} answered with status ${status}`);
      } finally {
        cancel();
        await transport.close();
      }
    },
  };
}
