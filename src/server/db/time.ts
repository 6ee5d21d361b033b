/**
 * Times as the wire writes them: `YYYY-MM-DD HH:MM:SS` in UTC, whole seconds, no zone. Inside, times are milliseconds.
 * Source: http-fsm §4.
 */

/** The wire's text of a time in milliseconds since the epoch; the fraction of the second is dropped. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** As {@link timeText} with a `T` between date and time, as the fields for web pages have it. Source: http-views §1.3. */
export function isoTimeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19);
}

const TIME = /^\s*(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|\+00:00)?\s*$/;

/** Reads the wire's text of a time, with a fraction or a `T` too; undefined when it is no such text. */
export function parseTimeText(text: string): number | undefined {
  const [, date, time, fraction = ''] = TIME.exec(text) ?? [];
  if (date === undefined) return undefined;
  const milliseconds = Date.parse(`${date}T${time}${fraction.slice(0, 4)}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
