/**
 * JSON without loss: hashes on the wire are bare integers of up to 78 digits, which a JavaScript number cannot hold.
 * Source: http-fsm §1.4.
 */
import { type JsonScan, scanJson } from './json-scan.ts';

/** Sixteen digits in a row outside quotes: without them no number of the text lies beyond ±2^53. */
const MAY_HOLD_BIG_INTEGER = /(?:^|[:,[])\s*-?\d{16}/;

/** Parses JSON; an integer beyond ±2^53 becomes its decimal text (which every hash field accepts), all else is as usual. */
export function parseJson(text: string): unknown {
  return MAY_HOLD_BIG_INTEGER.test(text) ? parseScannedJson(text, scanJson(text)) : JSON.parse(text);
}

/** As {@link parseJson}, for a text that was scanned to its end. */
export function parseScannedJson(text: string, { bigIntegers }: Pick<JsonScan, 'bigIntegers'>): unknown {
  return JSON.parse(bigIntegers.length === 0 ? text : withQuotes(text, bigIntegers));
}

/** Quotes around the big integers make them texts. A reviver could see their digits too, and takes thirty times as long. */
function withQuotes(text: string, bigIntegers: JsonScan['bigIntegers']): string {
  const parts: string[] = [];
  let done = 0;
  for (const [start, end] of bigIntegers) {
    parts.push(text.slice(done, start), '"', text.slice(start, end), '"');
    done = end;
  }
  parts.push(text.slice(done));
  return parts.join('');
}
