import { soleServer } from '../../leadership.ts';
import type { Engine } from '../engine.ts';
import { openConnection } from './connection.ts';
import type { openSqlite } from './dialect.ts';
import { openThreadConnection } from './thread-connection.ts';

export interface SqliteEngineOptions {
  /** The database file; created with its directory when missing. */
  readonly path: string;
  /** Threads for heavy reads. Default 0: they run like any other read. */
  readonly threads?: number | undefined;
  /** Opens the connections. Default: {@link openSqlite}. */
  readonly open?: typeof openSqlite | undefined;
}

/** Statements run on the event loop, so more connections gain no speed; a few keep one slow unit from holding all others. */
const READERS = 4;

/** A file that one server at a time uses: nobody else is there to be excluded, or to be told of anything. */
export function sqliteEngine({ path, threads = 0, open }: SqliteEngineOptions): Engine {
  return {
    name: path,
    leadership: soleServer,
    sizeQuery: 'select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()',
    readers: READERS,
    prepare: (work) => work(),
    toDialect: (statement) => statement,
    openWriter: () => openConnection({ path, readOnly: false }, open),
    openReader: () => openConnection({ path, readOnly: true }, open),
    ...(threads > 0 && { heavyReaders: { size: threads, open: () => openThreadConnection(path) } }),
    close: async () => {},
  };
}
