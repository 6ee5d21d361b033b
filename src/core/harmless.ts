/**
 * Text of others (names, task output) made harmless for a terminal: control characters other than tab and newline
 * become `·`, so that no output can move the cursor, change colours or the title, and so do those that turn the
 * direction of writing round, which would let a row read as another one.
 */
export function harmless(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(HARMFUL, '·');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are replaced.
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
