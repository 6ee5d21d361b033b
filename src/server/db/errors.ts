import { SkepError } from '../../core/errors.ts';

/** `name` is that of the database, without its secrets. */
export function unavailable(name: string, trouble: string, cause?: unknown): SkepError {
  return new SkepError('database_unavailable', `The database ${name} is not available: ${trouble}.`, { cause });
}
