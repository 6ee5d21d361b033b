import { messageOf, SkepError } from '../../core/errors.ts';

/**
 * Parses JSON that people hand in.
 * @throws SkepError input_malformed naming file, line and column. The engine's own message often lacks the place.
 */
export function parseJsonText(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const offset = errorOffset(text);
    const { line, column } = placeOf(text, offset);
    const reason = reasonOf(text, offset, messageOf(cause));
    throw new SkepError('input_malformed', `${path}:${line}:${column}: not valid JSON: ${reason}.`, { cause });
  }
}

/** Line and column of an offset, both from 1. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** The engine's reason without the parts that repeat the text or the place. */
function reasonOf(text: string, offset: number, message: string): string {
  if (text.trim() === '') return 'the file is empty';
  const isCutOff = offset >= text.trimEnd().length || /^Unexpected end|^Unterminated/.test(message);
  if (isCutOff) return 'it ends in the middle; the file seems to be cut off';
  return message.replace(/,? (?:\.\.\.)?".*is not valid JSON$/s, '').replace(/(?: in JSON)? at position.*/s, '');
}

/** White space and one token; a bare word or number is taken whole, so that its beginning is the place of its error. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings may not hold them.
const TOKEN = /[\t\n\r ]*("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|[{}[\],:]|[^\s{}[\],:"]+)/y;
const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** What may come next: a value, a value or `]`, a key, a key or `}`, a colon, or what follows a value. */
type Expectation = 'value' | 'value]' | 'key' | 'key}' | ':' | 'end';

/**
 * Offset of the first character at which `text` stops being JSON. Walks the grammar with a stack of its own, because a
 * hostile document may nest deeper than the call stack.
 */
function errorOffset(text: string): number {
  const open: string[] = [];
  let expected: Expectation = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = skipSpace(text, TOKEN.lastIndex);
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return start;
    const next = follow(token, expected, open);
    if (next === undefined) return start;
    expected = next;
  }
}

function follow(token: string, expected: Expectation, open: string[]): Expectation | undefined {
  if (expected === ':') return token === ':' ? 'value' : undefined;
  if (expected === 'end') {
    if (token === ',') return open.at(-1) === '{' ? 'key' : open.at(-1) === '[' ? 'value' : undefined;
    return closes(token, open) ? 'end' : undefined;
  }
  if (expected === 'key' || expected === 'key}') {
    if (token.startsWith('"')) return ':';
    return expected === 'key}' && closes(token, open) ? 'end' : undefined;
  }
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key}' : 'value]';
  }
  if (expected === 'value]' && closes(token, open)) return 'end';
  return token.startsWith('"') || LITERAL.test(token) ? 'end' : undefined;
}

function closes(token: string, open: string[]): boolean {
  const wanted = token === '}' ? '{' : token === ']' ? '[' : undefined;
  if (wanted === undefined || open.at(-1) !== wanted) return false;
  open.pop();
  return true;
}

function skipSpace(text: string, from: number): number {
  let offset = from;
  while (offset < text.length && '\t\n\r '.includes(text[offset] as string)) offset++;
  return offset;
}
