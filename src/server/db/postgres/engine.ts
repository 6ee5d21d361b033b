import type { Clock } from '../../../core/clock.ts';
import { SkepError } from '../../../core/errors.ts';
import type { Engine } from '../engine.ts';
import { PostgresConnection } from './connection.ts';
import { databaseError } from './errors.ts';
import { alignIds } from './ids.ts';
import { LockedLeadership } from './leadership.ts';
import { Listener } from './listener.ts';
import { LOCKS } from './locks.ts';
import { Session } from './session.ts';
import { TIMEOUTS, type Timeouts } from './timeouts.ts';
import { toPostgres } from './words.ts';

export interface PostgresEngineOptions {
  /** `postgres://user:password@host:port/name`. */
  readonly url: string;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** Most connections of one server for reads, and for reads that may take long: the server's cores do the work. */
const READERS = 8;
const HEAVY_READERS = 4;

/**
 * All writers of a database take their turns, as those of SQLite do: a lock that a transaction holds to its end makes the
 * order of revisions that of commits, and lets an operation decide on what it has read.
 */
const BEGIN_WRITING = `begin isolation level read committed; select pg_advisory_xact_lock(${LOCKS.writer})`;
const BEGIN_READING = 'begin isolation level repeatable read read only';

/** @throws SkepError `config_invalid` for an address that is none. */
export function postgresEngine({ url, clock, timeouts: wanted = {} }: PostgresEngineOptions): Engine {
  const name = nameOf(url);
  const timeouts = { ...TIMEOUTS, ...wanted };
  const session = { url, clock, timeouts, longest: timeouts.statement };
  const connect = (begin: string, longest: number) => new PostgresConnection({ ...session, name, begin, longest });
  const leadership = new LockedLeadership(session);
  let writer: PostgresConnection | undefined;
  let listener: Listener | undefined;
  return {
    name,
    leadership,
    sizeQuery: 'select pg_database_size(current_database()) as bytes',
    readers: READERS,
    toDialect: toPostgres,
    alignIds,
    async prepare(work) {
      const guard = new Session(session);
      try {
        await guard.queryAll(`select pg_advisory_lock(${LOCKS.prepare})`);
        return await work();
      } catch (error) {
        throw databaseError(error, name);
      } finally {
        await guard.close();
      }
    },
    openWriter() {
      writer = connect(BEGIN_WRITING, timeouts.statement);
      return writer;
    },
    openReader: () => connect(BEGIN_READING, timeouts.statement),
    heavyReaders: { size: HEAVY_READERS, open: () => connect(BEGIN_READING, timeouts.heavyStatement) },
    async listen(onTopics) {
      listener = await Listener.start({ ...session, onTopics, isOwn: (process) => process === writer?.process });
    },
    async close() {
      await listener?.stop();
      await leadership.close();
    },
  };
}

/** The address without its password and options. */
function nameOf(url: string): string {
  const address = URL.parse(url);
  if (address === null || !/^postgres(ql)?:$/.test(address.protocol)) {
    throw new SkepError(
      'config_invalid',
      'The address of the database must begin with postgres:// and be a whole URL.',
    );
  }
  const user = address.username === '' ? '' : `${address.username}@`;
  return `postgres://${user}${address.host}${address.pathname}`;
}
