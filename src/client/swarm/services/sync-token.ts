/**
 * How far back a poll reaches, in milliseconds: a status change is stamped when it is written and seen when it is
 * committed, so a transaction that commits late would be missed for good. Repeated statuses do no harm.
 */
const OVERLAP = 10_000;

/**
 * The server's time token, `YYYY-MM-DD HH:MM:SS` without zone, moved back by 10 seconds in the same form. Text of any
 * other form is sent back as it is. Source: swarm §10.
 */
export function withOverlap(token: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?$/.exec(token) ?? [];
  const milliseconds = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(milliseconds)) return token;
  return new Date(milliseconds - OVERLAP).toISOString().slice(0, 19).replace('T', ' ');
}
