/**
 * PostgreSQL has no text with a NUL character in it. Commands print such characters, and a report must not be refused for
 * one, so every database stores the replacement character in its place.
 */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}
