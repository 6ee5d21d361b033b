/**
 * JSON without loss: hashes on the wire are bare integers of up to 78 digits, which a JavaScript number cannot hold.
 * Source: http-fsm §1.4.
 */

/**
 * Sixteen digits in a row outside quotes: without them no number of the text lies beyond ±2^53, and the reviver, which takes
 * as long as all the SQL of a bulk request, is not needed.
 */
const MAY_HOLD_BIG_INTEGER = /(?:^|[:,[])\s*-?\d{16}/;

/** Parses JSON; an integer beyond ±2^53 becomes its decimal text (which every hash field accepts), all else is as usual. */
export function parseJson(text: string): unknown {
  if (!MAY_HOLD_BIG_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepBigIntegers as (key: string, value: unknown) => unknown);
}

function keepBigIntegers(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? context.source : value;
}
