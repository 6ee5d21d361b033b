import { SkepError } from '../../core/errors.ts';

/** `name` is that of the database, without its secrets. */
export function unavailable(name: string, trouble: string, cause?: unknown): SkepError {
  return new SkepError('database_unavailable', `The database ${name} is not available: ${trouble}.`, { cause });
}

/** `migration` is the first one that we do not have. */
export function laterVersion(name: string, migration: string, cause: unknown): SkepError {
  const sentence = `A later version of Skep has changed the tables of the database ${name} (${migration}).`;
  return new SkepError('database_later', sentence, { cause });
}
