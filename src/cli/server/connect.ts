/** The way to a server: the configured one, the live one of the data directory, or one started in this process. */
import { requesterFor } from '../../api/connect.ts';
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { httpTransport, type Transport, type TransportOptions } from '../../api/transport.ts';
import type { Clock } from '../../core/clock.ts';
import { type Config, dataDirectory } from '../../core/config.ts';
import { isSkepError, SkepError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { ProcessLauncher } from '../../core/process.ts';
import { readLiveServerRecord } from '../../server/server-record.ts';
import { type Lease, takeLease } from './lease.ts';
import { noticeTrouble } from './notice-trouble.ts';
import { ownCommandLine } from './own-command-line.ts';

export interface Connection {
  readonly requester: Requester;
  /** Base address, for the processes that we start. */
  readonly serviceUrl: string;
  /** File with the token, for the processes that we start; undefined when there is none. */
  readonly tokenFile: string | undefined;
  /** Whether this process serves, and how many others use its server now. */
  readonly serving: boolean;
  others(): number;
  /** Says why, when the server has been failing for a while. */
  onTrouble(tell: (reason: string) => void): void;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly log: Logger;
  /** A server that has to be started here is for this process alone, which will not wait for others. Default: false. */
  readonly momentary?: boolean;
  /** Makes the way to the server at `origin`. Default: over HTTP. */
  readonly transportTo?: ((origin: string, options?: TransportOptions) => Transport) | undefined;
}

/**
 * Connects to the server.
 * @throws SkepError config_invalid for an address that is none, database_unavailable for a data directory that cannot
 * be used.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { http } = options.config;
  if (http.service_url === '') return connectToEmbedded(options);
  return connectTo(http.service_url, http.token_file || undefined, options);
}

/** Seconds for which a starting or ending server of another process is waited for. */
const PATIENCE = 20;
/** Milliseconds between two looks at it. */
const LOOK_INTERVAL = 50;

/**
 * Our lease comes first: whoever serves looks for leases before it stops, so a server that answers after we have taken
 * ours stays. Of two processes that start at once one gets the database and the other finds its address soon.
 */
async function connectToEmbedded(options: ConnectOptions): Promise<Connection> {
  const { config, clock, processes } = options;
  const directory = dataDirectory(config);
  const lease = takeLease(directory, processes);
  const deadline = clock.monotonic() + PATIENCE * 1000;
  try {
    for (;;) {
      const live = await connectToLive(directory, lease, options);
      if (live) return live;
      try {
        return await serveHere(lease, options);
      } catch (error) {
        // Somebody else holds the database: either its address appears soon, or it is on its way out.
        if (!isHeldByAnother(error) || clock.monotonic() > deadline) throw error;
      }
      await clock.sleep(LOOK_INTERVAL);
    }
  } catch (error) {
    lease.release();
    throw error;
  }
}

async function connectToLive(
  directory: string,
  lease: Lease,
  options: ConnectOptions,
): Promise<Connection | undefined> {
  const record = readLiveServerRecord(directory, options.processes);
  if (record === undefined) return undefined;
  const connection = connectTo(record.url, record.token_file || undefined, options);
  try {
    await connection.requester.call(routes.getHealth, {}, { attempts: 1, timeout: 5 });
  } catch (error) {
    await connection.close();
    if (isSkepError(error, 'server_untrusted')) throw error;
    return undefined; // It is going down (or not up yet): the caller looks again.
  }
  return {
    ...connection,
    async close() {
      await connection.close();
      lease.release();
    },
  };
}

async function serveHere(lease: Lease, options: ConnectOptions): Promise<Connection> {
  const { config, clock, processes, log, momentary = false } = options;
  // Imported here, because a command that finds a live server has no need for a web framework.
  const [{ startServer }, { systemRandom }] = await Promise.all([
    import('../../server/start.ts'),
    import('../../core/random.ts'),
  ]);
  const server = await startServer({
    ...{ config, clock, random: systemRandom, processes, log },
    announced: !momentary,
    readThreads: momentary ? 0 : 1,
    commandLine: momentary ? undefined : ownCommandLine(process.env),
  });
  const connection = connectTo(server.url, server.tokenFile || undefined, options);
  return {
    ...connection,
    serving: true,
    others: lease.others,
    async close() {
      await connection.close();
      lease.release();
      await server.close();
    },
  };
}

function isHeldByAnother(error: unknown): boolean {
  return (
    error instanceof SkepError && error.code === 'database_unavailable' && error.message.includes(' is in use by ')
  );
}

function connectTo(
  serviceUrl: string,
  tokenFile: string | undefined,
  { config: { http }, transportTo = httpTransport }: ConnectOptions,
): Connection {
  let onTrouble: Connection['onTrouble'] = () => {};
  const requester = requesterFor(
    { ...http, service_url: serviceUrl, token_file: tokenFile ?? '' },
    (origin, options) => {
      const transport = noticeTrouble(transportTo(origin, options));
      onTrouble = transport.onTrouble;
      return transport;
    },
  );
  const close = () => requester.close();
  return { requester, serviceUrl, tokenFile, serving: false, others: () => 0, onTrouble, close };
}
