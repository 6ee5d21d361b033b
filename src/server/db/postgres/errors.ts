import { messageOf, SkepError } from '../../../core/errors.ts';
import { unavailable } from '../errors.ts';

/**
 * Classes of error codes that tell of the machine or of the way to it, not of the statement: connection, transaction state
 * (a transaction that may only read), authorization, database name, resources, locks, operators (a shutdown, a statement
 * that took too long), system, internal. Source: PostgreSQL's appendix of error codes.
 */
const MACHINE_CLASSES = new Set(['08', '25', '28', '3D', '53', '55', '57', '58', 'XX']);

const FORBIDDEN = '42501';
const OUT_OF_RANGE = '22003';

/** Serialization failure and deadlock. */
const PASSING = new Set(['40001', '40P01']);

/**
 * Trouble of the server or of the way to it as `database_unavailable` naming the database, a number that no column holds as
 * `invalid_usage`; any other error as it is.
 */
export function databaseError(error: unknown, name: string): unknown {
  if (error instanceof SkepError || !(error instanceof Error)) return error;
  const code = sqlStateOf(error);
  if (code === OUT_OF_RANGE) return new SkepError('invalid_usage', `A number is too large: ${error.message}.`);
  if (code === undefined ? isConnectionError(error) : code === FORBIDDEN || MACHINE_CLASSES.has(code.slice(0, 2))) {
    return unavailable(name, troubleOf(error), error);
  }
  return error;
}

/** Whether the transaction failed for what ran beside it. */
export function isPassing(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== undefined && PASSING.has(code);
}

/** The code that PostgreSQL gave an error; the system's own codes have letters alone. */
function sqlStateOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && /\d|^XX/.test(code) ? code : undefined;
}

/** Errors of the system have a system call; those of the library tell of a connection that is gone or does not come. */
function isConnectionError(error: Error): boolean {
  const { syscall, code } = error as NodeJS.ErrnoException;
  return (
    syscall !== undefined ||
    typeof code === 'string' ||
    error instanceof AggregateError ||
    /connection|timeout expired|password|SASL|SSL|queryable/i.test(error.message)
  );
}

/** Several addresses of one host fail with an error that says nothing itself. */
function troubleOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return messageOf(first).replace(/\.$/, '');
}
