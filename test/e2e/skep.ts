/** Runs the real command line in a process of its own, on a data directory that is removed afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

const main = resolve(import.meta.dirname, '../../bin/skep.js');
export const repository = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has written to stdout and to stderr so far. */
  output(): string;
  errors(): string;
  signal(name: NodeJS.Signals): void;
}

export class Workbench {
  readonly directory = mkdtempSync(join(tmpdir(), 'skep-e2e-'));
  readonly dataDirectory = join(this.directory, 'data');
  /** Variables on top of the environment of this process. */
  readonly environment: Record<string, string> = {
    SKEP__SERVER__DATA_DIR: this.dataDirectory,
    SKEP__HTTP__SERVICE_URL: '',
    NO_COLOR: '1',
  };

  readonly #children = new Set<ChildProcess>();

  constructor(test: Pick<TestContext, 'after'>) {
    test.after(() => {
      // A failed assertion must not leave a server behind, for which the test runner would wait for ever.
      for (const child of this.#children) child.kill('SIGKILL');
      rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Writes a file below the directory and gives its path back. */
  write(name: string, text: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  start(...words: string[]): Started {
    return this.startProgram(main, ...words);
  }

  /** Runs another program than the command line. */
  startProgram(file: string, ...words: string[]): Started {
    const child = spawn(process.execPath, [file, ...words], {
      cwd: this.directory,
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    return {
      pid: child.pid as number,
      ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, output, errors }))),
      output: () => output,
      errors: () => errors,
      signal: (name) => child.kill(name),
    };
  }

  run(...words: string[]): Promise<Ended> {
    return this.start(...words).ended;
  }

  /** All rows of a view, as programs get them. */
  async rows(...words: string[]): Promise<Record<string, string | number | null>[]> {
    const { output } = await this.run(...words, '--json');
    return JSON.parse(output);
  }
}

/** Waits until `condition` holds. The deadline is only there for a condition that never will. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 180_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
