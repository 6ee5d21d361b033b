/** What of an answer has to agree with a recorded one: all of it except moments and the wording of messages. */
import { parseJson } from '../../src/api/json.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers have every shape.
export type Answer = any;

/** An answer with its moments replaced by their form, its messages by their type, and the JSON texts in it parsed. */
export function comparable(text: string): Answer {
  return withoutMoments(withoutWording(parseJson(text)));
}

/** Fields that people read and no peer parses, at the top of an answer or in its error envelope. Source: http-fsm §2. */
const WORDING = ['message', 'err_msg', 'detail', 'error', 'exception_message', 'type'];

function withoutWording(body: Answer): Answer {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const isEnvelope = typeof body.error === 'object' && body.error !== null;
  if (isEnvelope) return { error: wordsOut(body.error) };
  return wordsOut(body);
}

function wordsOut(fields: Record<string, Answer>): Record<string, Answer> {
  const entries = Object.entries(fields).map(([key, value]) => {
    const isWording = WORDING.includes(key) && typeof value === 'string';
    return [key, isWording ? '<text>' : value];
  });
  return Object.fromEntries(entries);
}

/** `2026-11-23 16:05:23`, or the same with a T. */
const MOMENT = /^\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d$/;
/** Tables travel as JSON text in a JSON text. Source: http-views §1.4. */
const FRAME = /^\{"[A-Z]/;

function withoutMoments(value: Answer, key = ''): Answer {
  if (typeof value === 'string') {
    if (FRAME.test(value)) return withoutMoments(JSON.parse(value));
    return value.replace(MOMENT, '<day$1time>');
  }
  if (Array.isArray(value)) return value.map((part) => withoutMoments(part));
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'CREATED_DATE') return Object.keys(value).map((row) => [row, typeof value[row]]);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutMoments(part, name)]));
}
