/** A reader's shell: a home and a folder of their own, the built `skep`, and what one block exports the next one has. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** Milliseconds after which a block is given up: none takes more than some seconds on a machine that is not busy. */
const LONGEST_BLOCK = 300_000;

export interface Written {
  readonly status: number | null;
  /** Both outputs, as a terminal shows them. */
  readonly output: string;
}

export class ReaderShell {
  readonly #top = mkdtempSync(join(tmpdir(), 'skep-reader-'));
  readonly home = join(this.#top, 'home');
  readonly folder = join(this.home, 'work');
  readonly #state = join(this.#top, 'state.sh');
  readonly #environment: Record<string, string>;
  readonly #running = new Set<ChildProcess>();

  constructor(variables: Readonly<Record<string, string>> = {}) {
    const bin = join(this.#top, 'bin');
    for (const folder of [this.folder, bin, join(this.folder, 'node_modules')]) mkdirSync(folder, { recursive: true });
    symlinkSync(join(repository, 'bin', 'skep.js'), join(bin, 'skep'));
    symlinkSync(repository, join(this.folder, 'node_modules', 'skep'));
    symlinkSync(join(repository, 'examples'), join(this.folder, 'examples'));
    writeFileSync(this.#state, `cd ${this.folder}\n`);
    this.#environment = {
      ...variables,
      HOME: this.home,
      LOGNAME: 'ada',
      PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
      LANG: 'C.UTF-8',
      // Waiting for a worker that is silent is nothing that a page shows.
      SKEP__REAPER__POLL_INTERVAL_MINUTES: '0.02',
    };
  }

  /** Writes a file below the folder of the reader. */
  write(name: string, text: string): string {
    const path = resolve(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Runs commands as they stand there; the first one that fails ends them. */
  async run(commands: string): Promise<Written> {
    const child = this.#start(commands);
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    const timer = setTimeout(() => end(child), LONGEST_BLOCK);
    const status = await new Promise<number | null>((done) => child.once('exit', done));
    clearTimeout(timer);
    await settled(child);
    return { status, output };
  }

  /** Starts commands that go on, and waits until they have written `text`. @throws Error when they end before that. */
  async runInBackground(commands: string, text: string): Promise<void> {
    const child = this.#start(commands);
    let output = '';
    await new Promise<void>((done, fail) => {
      child.stdout?.on('data', (chunk) => {
        output += chunk;
        if (output.includes(text)) done();
      });
      child.once('exit', () => fail(new Error(`ended without "${text}"; it wrote\n${output}`)));
    });
  }

  /** Ends what goes on in the background, and removes every file. */
  async close(): Promise<void> {
    for (const child of this.#running) end(child, 'SIGTERM');
    await Promise.all([...this.#running].map((child) => new Promise((done) => child.once('exit', done))));
    this.#endLeftovers();
    rmSync(this.#top, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #start(commands: string): ChildProcess {
    // Job control is off, so all of a block is in one group; the variables and the folder are kept for the next block.
    const script = `set -e -o pipefail\nshopt -s expand_aliases\n. ${this.#state}\ntrap '{ export -p; alias -p; echo "cd $PWD"; } > ${this.#state}' EXIT\nexec 2>&1\n${commands}`;
    const child = spawn('bash', ['-c', script], {
      cwd: this.folder,
      env: this.#environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  /** A run that was left behind (`--detach`) is no child of ours; its home tells whose it is. */
  #endLeftovers(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (Number(pid) === process.pid || !environmentOf(pid).includes(this.#top)) continue;
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It has ended by itself.
      }
    }
  }
}

/** Empty for a process that has ended meanwhile or belongs to somebody else. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
}

/** What was written may arrive after the end; who goes on in the background may hold the pipe open for ever. */
function settled(child: ChildProcess): Promise<unknown> {
  return Promise.race([
    new Promise((done) => child.stdout?.once('close', done)),
    new Promise((done) => setTimeout(done, 500)),
  ]);
}
