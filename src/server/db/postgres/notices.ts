/** Topics as the payloads of notices, by which the servers of one database tell each other of their commits. */
import type { Topic } from '../unit.ts';

export const CHANNEL = 'skep';

/** Bytes; PostgreSQL takes less than 8000. All topics are ASCII. */
const LONGEST_PAYLOAD = 7900;

/** Channel and payload of each notice. */
export function noticesOf(topics: ReadonlySet<Topic>): (readonly [channel: string, payload: string])[] {
  const payloads: string[] = [];
  for (const topic of topics) {
    const last = payloads.at(-1);
    if (last === undefined || last.length + 1 + topic.length > LONGEST_PAYLOAD) payloads.push(topic);
    else payloads[payloads.length - 1] = `${last} ${topic}`;
  }
  return payloads.map((payload) => [CHANNEL, payload]);
}

export function topicsIn(payload: string): ReadonlySet<Topic> {
  return new Set(payload.split(' ') as Topic[]);
}
