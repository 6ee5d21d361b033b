import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Server as TlsServer } from 'node:tls';
import { openTracer } from '../api/tracing/open.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { type Config, dataDirectory as dataDirectoryOf } from '../core/config.ts';
import { SkepError } from '../core/errors.ts';
import { createLog, type Logger } from '../core/log.ts';
import { type ProcessLauncher, systemProcesses } from '../core/process.ts';
import { type Random, systemRandom } from '../core/random.ts';
import { spoolFor } from '../core/spool.ts';
import { SKEP_VERSION } from '../core/version.ts';
import { isLoopback } from './access/authenticate.ts';
import { loadToken } from './access/token-file.ts';
import { createServer, type Server } from './app.ts';
import { Database } from './db/database.ts';
import { lockFile } from './db/sqlite/dialect.ts';
import { openingError } from './db/sqlite/errors.ts';
import { certifiedHost, readCertificate, type ServerCertificate } from './edge/certificate.ts';
import { loginSettings } from './login/settings.ts';
import { startNotifier } from './notify/notifier.ts';
import { receiversOf } from './notify/receivers.ts';
import { checkStartingRuns } from './operations/start-resume.ts';
import { startReaper } from './reaper.ts';
import { type OwnCommandLine, RunStarter } from './run-starter.ts';
import { readLiveServerRecord, writeServerRecord } from './server-record.ts';
import { takeSpooled } from './spooled.ts';

export interface StartOptions {
  readonly config: Config;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Logger;
  readonly processes?: ProcessLauncher;
  /** Threads for heavy reads, for a server that has more to do than one command. Default 0. */
  readonly readThreads?: number;
  /** With it, the server may start runs of workflows. They find it by what it writes down. */
  readonly commandLine?: OwnCommandLine | undefined;
  /** Counts for the metrics from its start, and not from the first scrape. Default: false. */
  readonly measured?: boolean;
  /** Writes down where it is, so that others of this user find it and rely on it. Default: true. */
  readonly announced?: boolean;
}

export interface RunningServer {
  /** Address without a path, such as `http://127.0.0.1:8070`. */
  readonly url: string;
  readonly port: number;
  /** Empty when requests are not checked. */
  readonly token: string;
  /** Empty when requests are not checked. */
  readonly tokenFile: string;
  readonly dataDirectory: string;
  readonly databaseId: string;
  /**
   * Reads the files of the certificate again; connections that are open stay.
   * @throws SkepError `config_invalid` naming what is wrong with them; then the old certificate stays.
   */
  renewCertificate(): void;
  /** Says from now on that it is not ready, and goes on answering. */
  drain(): void;
  /** Stops listening, ends waiting requests, finishes the others, and closes the database. */
  close(): Promise<void>;
}

/**
 * Starts a server on the database of the configuration. The data directory is its own in any case.
 * @throws SkepError `config_invalid` for a setting that makes no sense or when it would be open to the network without a check, `database_unavailable` when the
 * data cannot be used or another server uses the data directory.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config } = options;
  const isChecked = checkAccess(config);
  checkStartingRuns(config);
  loginSettings(config);
  const certificate = readCertificate(config.server);
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const log = options.log ?? createLog('server', config.log.level);
  const processes = options.processes ?? systemProcesses;
  const dataDirectory = dataDirectoryOf(config);
  const receivers = receiversOf(config.notify, { clock, processes });
  // What was opened, to be closed in reverse: after `close`, or at once when a later step fails.
  await using opened = new AsyncDisposableStack();
  opened.defer(lockData(dataDirectory, processes));
  const { url: databaseUrl } = config.database;
  const database = await (databaseUrl === ''
    ? Database.open({ path: join(dataDirectory, 'skep.sqlite'), clock, random, threads: options.readThreads })
    : Database.open({ url: databaseUrl, clock, random }));
  opened.defer(() => database.close());
  const tokenFile = isChecked ? join(dataDirectory, 'token') : '';
  const token = isChecked ? loadToken(tokenFile, random) : '';
  const { commandLine } = options;
  const runs = commandLine && new RunStarter({ config, clock, processes, commandLine });
  const { telemetry } = config;
  const environment = commandLine?.environment ?? process.env;
  const tracer = await openTracer({ component: 'server', telemetry, environment, clock, random, log });
  opened.defer(async () => tracer?.close());
  const parts = { config, database, clock, random, log, processes, token, runs, certificate, tracer };
  const server = await createServer(parts);
  opened.defer(() => server.close());
  const spool = spoolFor(config, database.databaseId);
  await takeSpooled(server.services, spool); // Before a resume that starts us asks what is done.
  const notifier = startNotifier(server.services, receivers);
  opened.defer(() => notifier.stop());
  const { url, port } = await listen(server, config, certificate);
  const reaper = startReaper(server.services, spool);
  opened.defer(() => reaper.stop());
  if (options.announced !== false) {
    opened.defer(
      writeServerRecord(dataDirectory, {
        url,
        pid: process.pid,
        process: processes.identify(process.pid) ?? String(process.pid),
        token_file: tokenFile,
        version: SKEP_VERSION,
        started: new Date(clock.now()).toISOString(),
      }),
    );
  }
  // Not before it listens: nobody who waits for that needs the library.
  if (options.measured) await server.measure();
  log.info({ url, dataDirectory }, 'The server listens');
  if (certificate === undefined && !isLoopback(config.server.host)) {
    log.warn({ host: config.server.host }, OPEN_TO_READ);
  }
  const closing = opened.move();
  let closed: Promise<void> | undefined;
  return {
    url,
    port,
    token,
    tokenFile,
    dataDirectory,
    databaseId: database.databaseId,
    renewCertificate: () => {
      const renewed = readCertificate(config.server);
      if (renewed !== undefined) (server.app.server as unknown as TlsServer).setSecureContext(renewed.options);
    },
    drain: () => server.drain(),
    close: () => {
      closed ??= closing.disposeAsync();
      return closed;
    },
  };
}

const OPEN_TO_READ =
  'Whoever is on the way to this server can read all that is sent, tokens too: set server.tls_cert and server.tls_key, or let only a proxy with TLS reach it';

/** Whether requests have to carry a token. */
function checkAccess({ auth, server }: Config): boolean {
  if (!(auth.audit_days >= 1)) {
    throw new SkepError('config_invalid', `auth.audit_days must be at least 1, not ${auth.audit_days}.`);
  }
  if (auth.mode === 'token') return true;
  if (auth.mode !== 'none') {
    throw new SkepError('config_invalid', `auth.mode must be token or none, not ${JSON.stringify(auth.mode)}.`);
  }
  if (isLoopback(server.host)) return false;
  const sentence = `server.host is ${server.host}, which others can reach: that is refused while auth.mode is none.`;
  throw new SkepError('config_invalid', sentence);
}

/** Takes the data directory for this process; the returned function gives it back. */
function lockData(dataDirectory: string, processes: ProcessLauncher): () => void {
  const path = join(dataDirectory, 'server.lock');
  let unlock: (() => void) | undefined;
  try {
    unlock = lockFile(path);
  } catch (error) {
    throw openingError(error, path);
  }
  if (unlock !== undefined) return unlock;
  // A record may be that of a server that was killed: whoever holds the data now has not written its own yet.
  const other = readLiveServerRecord(dataDirectory, processes);
  const name = other === undefined ? 'another server' : `the server of process ${other.pid} at ${other.url}`;
  throw new SkepError('database_unavailable', `The data directory ${dataDirectory} is in use by ${name}.`);
}

async function listen(
  { app }: Server,
  config: Config,
  certificate: ServerCertificate | undefined,
): Promise<{ url: string; port: number }> {
  const { host, port: wanted } = config.server;
  try {
    await app.listen({ host, port: wanted });
  } catch (cause) {
    throw new SkepError('config_invalid', `The server cannot listen on ${host} port ${wanted}.`, { cause });
  }
  const { port } = app.server.address() as AddressInfo;
  if (certificate === undefined) return { url: `http://${bracketed(reachableHost(host))}:${port}`, port };
  return { url: `https://${bracketed(certifiedHost(reachableHost(host), certificate))}:${port}`, port };
}

/** A host that peers on this machine can connect to. */
function reachableHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
