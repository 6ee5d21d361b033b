/** Text as one word of a POSIX shell; plain words stay as they are, so that commands stay readable. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
