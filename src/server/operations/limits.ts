import { SkepError } from '../../core/errors.ts';

/**
 * Refuses a text that is longer than its column: databases that know no limit would keep it, others cut it silently.
 * @throws SkepError `invalid_usage` naming what is too long, and its start.
 */
export function refuseLongText(what: string, text: string, limit: number): void {
  if (text.length <= limit) return;
  const start = JSON.stringify(text.slice(0, 40));
  const sentence = `${what} ${start}… has ${text.length} characters; at most ${limit} are kept.`;
  throw new SkepError('invalid_usage', sentence);
}
