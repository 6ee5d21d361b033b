/**
 * Text as one word of a POSIX shell; plain words stay as they are, so that commands stay readable. The arguments of task
 * functions are stored and hashed in this form: another form makes other tasks of them.
 */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
