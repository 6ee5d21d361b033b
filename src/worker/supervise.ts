/** The resident worker: orders come on its stdin, events leave on its stdout. */
import { availableParallelism, totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { readOrder, writeLine } from '../api/supervisor.ts';
import { BYTES_PER_GIB } from './command.ts';
import { commandEnvironment } from './environment.ts';
import { startLauncher } from './launch/start-launcher.ts';
import { attemptParts, type WorkerParts } from './setup.ts';
import { Supervisor } from './supervisor.ts';

export interface SuperviseOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Cores that commands may occupy together; undefined: those of the machine. */
  readonly parallelism: number | undefined;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** Resolves when the supervisor has nothing more to do: its distributor is gone, or it was told to drain and has. */
export async function supervise(parts: WorkerParts, options: SuperviseOptions): Promise<void> {
  const { input, output, parallelism = availableParallelism(), signal } = options;
  const { clock, log } = parts;
  const end = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => stopped.resolve(), { once: true });
  const orders = createInterface({ input }).once('close', () => end.resolve());
  // The distributor closes its end of this pipe before ours; what it can no longer hear it need not hear.
  output.on('error', (error) => log.debug({ error: error.message }, 'Nobody listens to the events'));

  const waiting: string[] = [];
  const keep = (line: string) => waiting.push(line);
  orders.on('line', keep);
  const environment = commandEnvironment(parts.environment);
  const ready = startLauncher({ ...parts, environment }).then((launcher) =>
    attemptParts(parts, launcher, { waitsForOnlookers: true }),
  );
  const attempt = await Promise.race([ready, end.promise, stopped.promise]);
  if (attempt === undefined) return;
  const supervisor = new Supervisor({
    attempt,
    parallelism,
    memory: usableMemory() / BYTES_PER_GIB,
    emit: (event) => output.write(writeLine(event)),
    clock,
    log,
  });
  orders.off('line', keep);
  const obey = (line: string) => {
    const order = readOrder(line);
    if (order !== undefined) supervisor.obey(order);
  };
  orders.on('line', obey);
  waiting.forEach(obey);

  await Promise.race([end.promise, stopped.promise]);
  if (supervisor.isDraining) await Promise.race([supervisor.idle, stopped.promise]);
  await supervisor.stop();
}

/** Bytes of memory of the machine, or of the container that we are in. */
function usableMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
