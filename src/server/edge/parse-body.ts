/** From the text of a request body to an object that is safe to walk through. Source: http-fsm §1.4. */
import { parseScannedJson } from '../../api/json.ts';
import { scanJson } from '../../api/json-scan.ts';
import { messageOf, SkepError } from '../../core/errors.ts';
import { storable } from '../db/text.ts';
import { HttpAnswer } from '../handler.ts';

/**
 * Messages have a handful of levels; far more would exhaust the stack of whoever walks through them later. The longest
 * list names the tasks of a workflow, of which there may be a million; whatever has more values keeps everybody else
 * waiting while it is parsed and checked.
 */
const MOST = { depth: 100, values: 2_000_000 };

/**
 * Parses a body; an empty one is an empty object.
 * @throws SkepError `invalid_usage` for what is no JSON object, or nested too deeply; the answer 413 for too many values.
 */
export function parseBody(text: string): Record<string, unknown> {
  if (text === '') return {};
  const scan = scanJson(text, MOST);
  if (scan.depth > MOST.depth) {
    throw new SkepError('invalid_usage', `The request body is nested more than ${MOST.depth} levels deep.`);
  }
  if (scan.values > MOST.values) {
    throw new HttpAnswer(413, { detail: `The request body holds more than ${MOST.values} values.` });
  }
  let body: unknown;
  try {
    body = parseScannedJson(text, scan);
  } catch (cause) {
    throw new SkepError('invalid_usage', `The request body is not valid JSON: ${messageOf(cause)}.`, { cause });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SkepError('invalid_usage', 'The request body must be a JSON object.');
  }
  const whole = ESCAPED.test(text) ? wellFormed(body) : body;
  // Old peers put the context for the log, which newer ones send as a header, beside the message.
  const { server_structlog_context: _context, ...message } = whole as Record<string, unknown>;
  return message;
}

/** An escaped half of a character, or an escaped NUL. */
const ESCAPED = /\\u(?:[dD][89a-fA-F]|0000)/;

/**
 * Half a character, as Python escapes a byte that is no UTF-8, is no Unicode text: the database would keep something else
 * than what came, as for a NUL. It becomes the replacement character, because the output of a command must not make its
 * report invalid.
 */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return storable(value.toWellFormed());
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [storable(key.toWellFormed()), wellFormed(part)]),
  );
}
