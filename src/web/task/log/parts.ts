/** Adjacent parts of an output, of which only so many are held as a page can show. */
import { plainText } from '../../parts/format.ts';

export interface LogPart {
  /** Bytes of the first character and behind the last one. */
  readonly from: number;
  readonly until: number;
  readonly text: string;
}

/** Characters that are shown at once: more make a browser slow. */
export const MOST = 2_000_000;
/** Characters up to which what is added is put to the part before it: a trickle would make a part of every line. */
const SMALL = 65_536;

/** With what follows; the first parts go when there is too much. What does not follow is left out. */
export function withLater(parts: readonly LogPart[], part: LogPart): readonly LogPart[] {
  const last = parts.at(-1);
  if (part.text === '' || (last !== undefined && last.until !== part.from)) return parts;
  if (last === undefined || last.text.length + part.text.length > SMALL) return lastOf([...parts, part]);
  return lastOf([...parts.slice(0, -1), { from: last.from, until: part.until, text: last.text + part.text }]);
}

function lastOf(parts: readonly LogPart[]): readonly LogPart[] {
  let first = 0;
  for (let length = lengthOf(parts); length > MOST && first < parts.length - 1; first++) {
    length -= parts[first]?.text.length ?? 0;
  }
  return first === 0 ? parts : parts.slice(first);
}

/** With what comes before; the last parts go when there is too much. It begins with a line, unless it has only one. */
export function withEarlier(parts: readonly LogPart[], part: LogPart): readonly LogPart[] {
  const [first] = parts;
  if (first === undefined || part.until !== first.from || part.text === '') return parts;
  const all = [fromLine(part), ...parts];
  let end = all.length;
  for (let length = lengthOf(all); length > MOST && end > 1; end--) length -= all[end - 1]?.text.length ?? 0;
  return all.slice(0, end);
}

/** It was cut at any byte, which may lie within a character. */
function fromLine({ from, until, text }: LogPart): LogPart {
  const line = text.indexOf('\n') + 1;
  if (from === 0 || line === 0 || line === text.length) return { from, until, text };
  const rest = text.slice(line);
  return { from: until - new TextEncoder().encode(rest).length, until, text: rest };
}

function lengthOf(parts: readonly LogPart[]): number {
  return parts.reduce((sum, { text }) => sum + text.length, 0);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: of what only a terminal understands, the beginning.
const CUT_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]{0,200})?$/;

/** What is shown of each part; a sequence for terminals that two of them share is told as one. */
export function shownTexts(parts: readonly LogPart[]): { readonly from: number; readonly text: string }[] {
  let rest = '';
  return parts.map(({ from, text }, at) => {
    const whole = rest + text;
    const cut = at === parts.length - 1 ? -1 : whole.search(CUT_SEQUENCE);
    rest = cut < 0 ? '' : whole.slice(cut);
    return { from, text: plainText(cut < 0 ? whole : whole.slice(0, cut)) };
  });
}
