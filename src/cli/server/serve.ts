import { dataDirectory } from '../../core/config.ts';
import { createLog, type Logger } from '../../core/log.ts';
import { systemRandom } from '../../core/random.ts';
import { type RunningServer, startServer } from '../../server/start.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { ownCommandLine } from './own-command-line.ts';
import { stopSignal } from './stop-signal.ts';

export interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly host?: string;
  readonly auth?: string;
}

/** Pages and reports of a few people at once; more threads would take the cores from the commands beside them. */
const READ_THREADS = 2;

/** Serves until a signal says to stop. @returns the exit code */
export async function serve(options: ServeOptions, context: CommandContext): Promise<number> {
  const { port, host, auth } = options;
  const config = configFor(context, options, {
    server: { ...(port !== undefined && { port }), ...(host !== undefined && { host }) },
    ...(auth !== undefined && { auth: { mode: auth } }),
  });
  const { clock, processes, output } = context;
  const log = createLog('server', config.log.level);
  const server = await startServer({
    ...{ config, clock, random: systemRandom, processes, log },
    readThreads: READ_THREADS,
    measured: true,
    commandLine: ownCommandLine(context.environment),
  });
  output.write(`Serving at      ${server.url}\n`);
  if (config.auth.mode !== 'none') output.write(`Token file      ${server.tokenFile}\n`);
  output.write(`Data directory  ${dataDirectory(config)}\n`);
  await stopSignal(config.server.tls_cert === '' ? undefined : () => renew(server, log));
  await drain(server, config.server.drain_seconds, context, log);
  await server.close();
  return 0;
}

function renew(server: RunningServer, log: Logger): void {
  try {
    server.renewCertificate();
    log.info('The certificate was read again');
  } catch (error) {
    log.error({ err: error }, 'The certificate stays as it was');
  }
}

/** Lets those who distribute requests learn that none should come here any more. A second signal ends the wait. */
async function drain(server: RunningServer, seconds: number, { clock }: CommandContext, log: Logger): Promise<void> {
  server.drain();
  if (seconds <= 0) return;
  log.info({ seconds }, 'The server drains: it answers, and says that it is not ready');
  const over = new AbortController();
  stopSignal().then(() => over.abort());
  await clock.sleep(seconds * 1000, over.signal);
}
