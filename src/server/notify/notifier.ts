/** Sends what waits in the outbox: at once, again and again while a receiver fails, and no more after that. */
import { messageOf } from '../../core/errors.ts';
import type { Services } from '../handler.ts';
import { describe, eventOf } from './notification.ts';
import { dueNotifications, forget, nextDue, type PendingNotification, postpone } from './outbox.ts';
import type { Receivers } from './receivers.ts';

export interface Notifier {
  /** Sends what waits now, for a few seconds at most, and ends. What is not sent then is sent by the next server. */
  stop(): Promise<void>;
}

/** Notifications that are sent side by side. */
const AT_ONCE = 8;
/** Attempts of one notification; with the waits between them they take about three hours. */
const MOST_ATTEMPTS = 8;
/** Milliseconds before the second attempt; each further wait is four times as long, up to the longest. */
const FIRST_WAIT = 5000;
const LONGEST_WAIT = 3_600_000;
/** Milliseconds that the end of the server waits for receivers. */
const GRACE = 5000;
/** Milliseconds after which the outbox is looked at again when the database failed, or another server leads. */
const LOOK_AGAIN = 10_000;

/** Starts to send. */
export function startNotifier(services: Services, receivers: Receivers): Notifier {
  const stopped = new AbortController();
  const cut = new AbortController();
  const sending = watch(new Sender(services, receivers, cut.signal), services, stopped.signal);
  return {
    async stop() {
      stopped.abort();
      const cancel = services.clock.after(GRACE, () => cut.abort());
      await sending;
      cancel();
    },
  };
}

async function watch(sender: Sender, { feed, clock }: Services, stopped: AbortSignal): Promise<void> {
  for (let isLast = false; !isLast; ) {
    isLast = stopped.aborted;
    const looked = new AbortController();
    const over = AbortSignal.any([stopped, looked.signal]);
    // The wait begins before the look, so that a commit between the two ends it.
    const news = feed.wait(['notification'], LONGEST_WAIT / 1000, over);
    const wait = await sender.sendDue();
    if (!stopped.aborted) await Promise.race([news, clock.sleep(wait, over)]);
    looked.abort();
  }
}

class Sender {
  readonly #services: Services;
  readonly #receivers: Receivers;
  readonly #cut: AbortSignal;

  constructor(services: Services, receivers: Receivers, cut: AbortSignal) {
    this.#services = services;
    this.#receivers = receivers;
    this.#cut = cut;
  }

  /** Sends everything that is due. Gives back the milliseconds until the next is. */
  async sendDue(): Promise<number> {
    const { database, clock, leadership, log } = this.#services;
    try {
      const leads = await leadership.lead(async () => {
        while (!this.#cut.aborted) {
          const due = await database.read((unit) => dueNotifications(unit, AT_ONCE));
          if (due.length === 0) break;
          await Promise.all(due.map((pending) => this.#deliver(pending)));
        }
        return true;
      });
      if (!leads) return LOOK_AGAIN;
      const next = await database.read(nextDue);
      return Math.max(0, Math.min(LONGEST_WAIT, (next ?? Number.POSITIVE_INFINITY) - clock.now()));
    } catch (error) {
      log.error({ error: messageOf(error) }, 'Notifications could not be read or noted as sent');
      return LOOK_AGAIN;
    }
  }

  async #deliver(pending: PendingNotification): Promise<void> {
    const { database } = this.#services;
    const { all, events } = this.#receivers;
    const missing = all.filter(({ name }) => !pending.sentTo.includes(name));
    if (missing.length === 0 || !events.has(eventOf(pending))) {
      await database.write((unit) => forget(unit, [pending.id]));
      return;
    }
    const notification = await database.read((unit) => describe(unit, pending, database.databaseId));
    const sentTo = [...pending.sentTo];
    const failures: string[] = [];
    await Promise.all(
      missing.map(async ({ name, send }) => {
        try {
          await send(notification, this.#cut);
          sentTo.push(name);
        } catch (error) {
          failures.push(`${name}: ${messageOf(error)}`);
        }
      }),
    );
    await this.#note(pending, sentTo, failures);
  }

  async #note(pending: PendingNotification, sentTo: readonly string[], failures: readonly string[]): Promise<void> {
    const { database, clock, log } = this.#services;
    const context = { notification: pending.id, workflow_id: pending.workflowId };
    const isGivenUp = failures.length > 0 && !this.#cut.aborted && pending.attempts + 1 >= MOST_ATTEMPTS;
    if (failures.length === 0 || isGivenUp) {
      await database.write((unit) => forget(unit, [pending.id]));
      if (isGivenUp) log.error({ ...context, failures }, `Notification given up after ${MOST_ATTEMPTS} attempts`);
      return;
    }
    // What the end of the server cut off was no fault of the receiver.
    const attempts = pending.attempts + Number(!this.#cut.aborted);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 4 ** Math.max(0, attempts - 1));
    await database.write((unit) => postpone(unit, pending.id, { sentTo, attempts, due: clock.now() + wait }));
    log.warn({ ...context, attempts, failures }, 'Notification not taken: it will be sent again');
  }
}
