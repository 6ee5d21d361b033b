/** A run of `bench/workflows/stamped.workflow.ts` whose processes are killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks at a file. */
const PAUSE = 5;

export class StampedRun {
  /** The file in which the server says where it is. */
  readonly record: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #file: string;

  constructor(directory: string, count: number) {
    const data = join(directory, 'data');
    this.record = join(data, 'server.json');
    this.#file = join(data, 'stamps');
    const own = { SKEP__SERVER__DATA_DIR: data, STAMPS: this.#file, TASKS: String(count) };
    this.#environment = { ...process.env, ...own };
  }

  start(...words: string[]): ChildProcess {
    return spawn(process.execPath, [resolve('bin/skep.js'), ...words], { env: this.#environment, stdio: 'ignore' });
  }

  run(...words: string[]): ChildProcess {
    return this.start('run', resolve('bench/workflows/stamped.workflow.ts'), ...words);
  }

  /** The run and the time (milliseconds since the epoch) of each task that was started, in this order. */
  stamps(): { readonly run: number; readonly time: number }[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const [run = '', time = ''] = line.split(' ');
      return { run: Number(run), time: Number(BigInt(time) / 1000n) / 1000 };
    });
  }
}

export async function end(started: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(started, 'exit');
  started.kill(signal);
  await ended;
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(PAUSE);
}
