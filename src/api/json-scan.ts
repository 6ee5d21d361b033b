/** A look at JSON text before it is parsed: how much is in it, how deep, and which integers a number would not hold. */

export interface JsonScan {
  /** Values and containers, to one or two, weighted by the work they make. */
  readonly values: number;
  /** Levels of lists and objects. */
  readonly depth: number;
  /** Start and end of each integer beyond ±2^53, in the order of the text. */
  readonly bigIntegers: readonly (readonly [start: number, end: number])[];
}

/**
 * One pass over the text, without building anything: a fraction of the time that parsing takes. Text that is no JSON gets
 * some answer; only the parser tells. The pass ends where more than `most` values or levels are seen.
 */
export function scanJson(text: string, most: { values: number; depth: number } = NO_LIMIT): JsonScan {
  const bigIntegers: [number, number][] = [];
  const containers: number[] = [];
  let values = 0;
  let depth = 0;
  let before = COLON; // Where a value may stand, like the start of the text.
  for (let at = 0; at < text.length && values <= most.values && depth <= most.depth; at++) {
    const code = text.charCodeAt(at);
    if (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB) continue;
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COMMA) values++;
    else if (code === LIST || code === OBJECT) {
      values++;
      depth = Math.max(depth, containers.push(code));
    } else if (code === LIST_END || code === OBJECT_END) containers.pop();
    else if (isOfNumber(code)) {
      const end = endOfNumber(text, at);
      // In the place of a name it is no JSON, and must not become such.
      const isValue = before === COLON || before === LIST || (before === COMMA && containers.at(-1) === LIST);
      if (isValue && isBigInteger(text, at, end)) {
        values += BIG_INTEGER_WEIGHT;
        bigIntegers.push([at, end]);
      }
      at = end - 1;
    }
    before = code;
  }
  return { values, depth, bigIntegers };
}

const NO_LIMIT = { values: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };
/** A big integer takes about as long as so many small ones. */
const BIG_INTEGER_WEIGHT = 20;
/** Digits of 2^53; what has more of them is larger. */
const DIGITS = 16;

const [TAB, LINE_FEED, RETURN, SPACE, QUOTE] = [0x09, 0x0a, 0x0d, 0x20, 0x22];
const [COMMA, COLON, LIST, LIST_END, OBJECT, OBJECT_END] = [0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d];
const [PLUS, MINUS, POINT, ZERO, NINE, BACKSLASH] = [0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x5c];
const [CAPITAL_E, SMALL_E] = [0x45, 0x65];

/** The closing quote of the text that opens at `start`; the end of everything if there is none. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (isOfNumber(text.charCodeAt(end))) end++;
  return end;
}

function isOfNumber(code: number): boolean {
  if (code >= ZERO && code <= NINE) return true;
  return code === MINUS || code === POINT || code === PLUS || code === SMALL_E || code === CAPITAL_E;
}

function isBigInteger(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start) === MINUS ? start + 1 : start;
  if (end - first < DIGITS || text.charCodeAt(first) === ZERO) return false;
  for (let at = first; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return false;
  }
  return end - first > DIGITS || !Number.isSafeInteger(Number(text.slice(start, end)));
}
