/** Asking what a server knows, so that nothing comes of it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { requesterFor } from '../../api/connect.ts';
import { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { httpTransport, type Transport } from '../../api/transport.ts';
import { type Config, dataDirectory } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import { silentLog } from '../../core/log.ts';
import { systemRandom } from '../../core/random.ts';
import { readLiveServerRecord } from '../../server/server-record.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';

/** `isServed`: runs may be going on; nobody could report to a file that no server has opened. */
type Ask<Answer> = (requester: Requester, seen: { readonly isServed: boolean }) => Promise<Answer>;

/** Seconds for which a server may be silent before it counts as away. */
const PATIENCE = 5;
/** Milliseconds between two looks at a database that somebody else has opened. */
const LOOK_INTERVAL = 50;
/** Seconds for which that is waited for. */
const LONGEST_WAIT = 20;

/**
 * Asks the configured server, or the one that serves the data directory; where none does, the database itself. Then nobody
 * searches for lost runs or takes reports, as every server that starts does, and no request that could change anything is sent.
 * A database of an older version is brought up to date.
 * @returns undefined where there is no database yet; none is made.
 * @throws SkepError request_failed for a server that is away, database_unavailable, and what `ask` throws.
 */
export async function lookAt<Answer>(
  options: CommonOptions,
  context: CommandContext,
  ask: Ask<Answer>,
): Promise<Answer | undefined> {
  const config = configFor(context, options);
  if (config.http.service_url !== '') return askOverHttp(config.http, context, ask);
  const directory = dataDirectory(config);
  const { clock, processes } = context;
  for (const deadline = clock.monotonic() + LONGEST_WAIT * 1000; ; await clock.sleep(LOOK_INTERVAL)) {
    const live = readLiveServerRecord(directory, processes);
    if (live !== undefined) {
      const http = { ...config.http, service_url: live.url, token_file: live.token_file };
      return askOverHttp(http, context, ask);
    }
    const path = join(directory, 'skep.sqlite');
    if (config.database.url !== '') return askPostgres(config, context, ask);
    if (!statSync(path, { throwIfNoEntry: false })?.size) return undefined;
    const unlock = await lockOf(directory);
    if (unlock !== undefined) {
      try {
        return await askDatabase(config, { path }, context, ask);
      } finally {
        unlock();
      }
    }
    if (clock.monotonic() > deadline) {
      throw new SkepError('database_unavailable', `The data directory ${directory} is in use by another server.`);
    }
  }
}

async function askOverHttp<Answer>(
  http: Config['http'],
  { transportTo = httpTransport }: CommandContext,
  ask: Ask<Answer>,
): Promise<Answer> {
  const requester = requesterFor(http, (origin, options) => onlyQuestions(transportTo(origin, options)));
  try {
    // Once and not for minutes: what is looked for is of use without the server too.
    await requester.call(routes.getHealth, {}, { attempts: 1, timeout: PATIENCE });
    return await ask(requester, { isServed: true });
  } finally {
    await requester.close();
  }
}

/** Undefined for a database without tables: opening it would make them. */
async function askPostgres<Answer>(
  config: Config,
  context: CommandContext,
  ask: Ask<Answer>,
): Promise<Answer | undefined> {
  const { url } = config.database;
  const { postgresEngine } = await import('../../server/db/postgres/engine.ts');
  const engine = postgresEngine({ url, clock: context.clock });
  const reader = engine.openReader();
  try {
    await reader.begin();
    const tables = await reader.db.introspection.getTables();
    if (!tables.some(({ name }) => name === 'workflow')) return undefined;
  } finally {
    await reader.close();
    await engine.close();
  }
  return askDatabase(config, { url }, context, ask);
}

async function askDatabase<Answer>(
  config: Config,
  where: { readonly path: string } | { readonly url: string },
  { clock, processes }: CommandContext,
  ask: Ask<Answer>,
): Promise<Answer> {
  // Imported here, because a command that finds a live server has no need for a web framework.
  const [{ createServer }, { Database }, { injectTransport }] = await Promise.all([
    import('../../server/app.ts'),
    import('../../server/db/database.ts'),
    import('../../server/inject.ts'),
  ]);
  const random = systemRandom;
  const database = await Database.open({ ...where, clock, random });
  try {
    const { app } = await createServer({ config, database, clock, random, processes, log: silentLog, token: '' });
    const requester = new Requester({ transport: onlyQuestions(injectTransport(app)) });
    try {
      return await ask(requester, { isServed: 'url' in where });
    } finally {
      await requester.close();
    }
  } finally {
    await database.close();
  }
}

/** Undefined while somebody else has the data directory. */
async function lockOf(directory: string): Promise<(() => void) | undefined> {
  const { lockFile } = await import('../../server/db/sqlite/dialect.ts');
  return lockFile(join(directory, 'server.lock'));
}

/** A transport that refuses whatever could change something, by an answer, because what gets none is sent again. */
function onlyQuestions(transport: Transport): Transport {
  return {
    async send(request) {
      if (request.method === 'GET') return transport.send(request);
      const error = 'a look must change nothing';
      return { status: 405, contentType: 'application/json', text: JSON.stringify({ error }) };
    },
    close: () => transport.close(),
  };
}
