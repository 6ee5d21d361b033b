import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectory } from '../../core/config.ts';
import { createLog, silentLog } from '../../core/log.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { writingTo } from '../output/data-directory.ts';
import { type Connection, connect } from './connect.ts';
import { knownWorkflow } from './known-workflow.ts';
import { stopSignal } from './stop-signal.ts';

export interface GuiOptions extends CommonOptions {
  readonly workflowId?: number;
  /** False: nothing is opened. */
  readonly browser: boolean;
}

/** Milliseconds between two looks at whether others still need the server that was started here. */
const LOOK_INTERVAL = 200;

/**
 * Writes the address of the web page and opens it where there is a display. A server that had to be started lasts until a
 * signal says to stop, and then as long as others use it. @returns the exit code
 */
export async function openGui(options: GuiOptions, context: CommandContext): Promise<number> {
  const config = configFor(context, options);
  const log = options.verbose ? createLog('server', config.log.level) : silentLog;
  const { clock, processes, transportTo, output } = context;
  const connection = await connect({ config, clock, processes, log, transportTo });
  try {
    if (options.workflowId !== undefined) await knownWorkflow(connection.requester, options.workflowId);
    const address = addressOf(connection, options.workflowId);
    output.write(`${address}\n`);
    if (options.browser) await openBrowser(address, dataDirectory(config), context);
    if (!connection.serving) return 0;
    output.write('Serving until Ctrl-C.\n');
    await stopSignal();
    if (connection.others() > 0) output.write('Other commands use this server: it ends after them.\n');
    while (connection.others() > 0) await clock.sleep(LOOK_INTERVAL);
    return 0;
  } finally {
    await connection.close();
  }
}

/** The token is in the fragment, which browsers send to nobody. */
function addressOf({ serviceUrl, tokenFile }: Connection, workflowId: number | undefined): string {
  const page = new URL(workflowId === undefined ? '/' : `/workflow/${workflowId}`, serviceUrl);
  if (tokenFile !== undefined) page.hash = `token=${readFileSync(tokenFile, 'utf8').trim()}`;
  return page.href;
}

/**
 * Without a display, or a program that opens addresses, the written address has to do. What opens it gets a file that
 * leads there and that only its owner can read: everybody on the machine sees the arguments of a program.
 */
async function openBrowser(address: string, directory: string, context: CommandContext): Promise<void> {
  const { environment, processes, output } = context;
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) return;
  const path = join(directory, 'gui.html');
  writingTo(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    rmSync(path, { force: true });
    writeFileSync(path, `<!doctype html><meta http-equiv="refresh" content="0; url=${address}">\n`, { mode: 0o600 });
  });
  try {
    await processes.launch({ program: 'xdg-open', arguments: [path], ownGroup: true });
  } catch {
    output.write('There is no xdg-open to open it with: open it in your browser.\n');
  }
}
