import { messageOf } from '../../../core/errors.ts';
import { unavailable } from '../errors.ts';
import { sqliteCodeOf } from './dialect.ts';

/** SQLite's primary result codes that tell of the machine, not of the statement. */
const MACHINE_TROUBLES: ReadonlyMap<number, string> = new Map([
  [3, 'access is not permitted'],
  [5, 'another process holds it locked'],
  [7, 'memory is exhausted'],
  [8, 'it cannot be written to'],
  [10, 'the disk reports an error'],
  [11, 'its content is damaged'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
  [15, 'the locking protocol failed'],
  [26, 'it is not a database'],
]);

/** Trouble of the disk, the file or its permissions as `database_unavailable` naming the file; any other error as it is. */
export function databaseError(error: unknown, path: string): unknown {
  const trouble = MACHINE_TROUBLES.get(sqliteCodeOf(error) ?? 0);
  return trouble === undefined ? error : unavailable(path, trouble, error);
}

/** The error of opening a database, whose directory may be at fault too. */
export function openingError(error: unknown, path: string): unknown {
  const fromSystem = typeof (error as NodeJS.ErrnoException).syscall === 'string';
  return fromSystem ? unavailable(path, messageOf(error), error) : databaseError(error, path);
}
