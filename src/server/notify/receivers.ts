/** Who is told when a workflow ends, from the settings. */
import { httpTransport, type Transport } from '../../api/transport.ts';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import type { ProcessLauncher } from '../../core/process.ts';
import { commandReceiver } from './command.ts';
import { EVENTS, type Event, type Notification } from './notification.ts';
import { webhookReceiver } from './webhook.ts';

export interface Receiver {
  /** As logs call it; the outbox remembers by it who has a notification. */
  readonly name: string;
  /** Resolves when the receiver has it. Rejects, with the reason, when it does not take it, and when `signal` is aborted. */
  send(notification: Notification, signal: AbortSignal): Promise<void>;
}

export interface Receivers {
  readonly all: readonly Receiver[];
  /** The ends that they are told of. */
  readonly events: ReadonlySet<Event>;
}

export interface ReceiverSeams {
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  /** Makes the way to the server at `origin`. Default: over HTTP. */
  readonly transportTo?: (origin: string) => Transport;
}

/** @throws SkepError config_invalid naming the setting and what is wrong with it. */
export function receiversOf(
  { webhook_url: address, command, on }: Config['notify'],
  { clock, processes, transportTo = statusTransport }: ReceiverSeams,
): Receivers {
  const all: Receiver[] = [];
  if (address !== '') all.push(webhookReceiver(checkedAddress(address), transportTo, clock));
  if (command.trim() !== '') all.push(commandReceiver(command, { processes, clock, environment: process.env }));
  return { all, events: eventsOf(on) };
}

/** A receiver of ours or not, it may answer without end. */
function statusTransport(origin: string): Transport {
  return httpTransport(origin, { statusOnly: true });
}

/** The address itself may be a secret, so an error does not repeat it. */
function checkedAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new SkepError('config_invalid', 'notify.webhook_url must be an address that begins with http:// or https://.');
}

function eventsOf(list: string): Set<Event> {
  const words = list.split(/[\s,]+/).filter(Boolean);
  for (const word of words) {
    if (EVENTS.includes(word as Event)) continue;
    throw new SkepError(
      'config_invalid',
      `notify.on names ${JSON.stringify(word)}, which is none of ${EVENTS.join(', ')}.`,
    );
  }
  return new Set(words as Event[]);
}
