/**
 * A real pseudo-terminal, held by script(1) of util-linux, and what somebody before it would see. Its size is changed from
 * outside by stty(1), so that the kernel sends what it sends when a window is dragged.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import xterm from '@xterm/headless';
import { shellQuote } from '../../src/core/shell-quote.ts';

const HOLDER = 'script';

/** Why tests that need one are left out; false: they are not. */
export const noPseudoTerminal: string | false =
  spawnSync(HOLDER, ['-qfec', 'true', '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'] }).status === 0
    ? false
    : 'There is no script(1) of util-linux, which holds the pseudo-terminal.';

export interface TerminalOptions {
  readonly program: string;
  readonly words: readonly string[];
  /** Where it notes which terminal it is. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly columns: number;
  readonly rows: number;
}

export class PseudoTerminal {
  /** The exit code of the program. */
  readonly ended: Promise<number | null>;
  /** Everything that was written, as it was. */
  written = '';
  readonly #child: ChildProcess;
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #directory: string;

  constructor(test: Pick<TestContext, 'after'>, options: TerminalOptions) {
    const { program, words, directory, environment, columns, rows } = options;
    this.#directory = directory;
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const command = [program, ...words].map(shellQuote).join(' ');
    const script = [
      `stty cols ${columns} rows ${rows}`,
      ...[`tty > ${this.#noted('tty')}`, `stty -g > ${this.#noted('before')}`],
      `${command} & echo $! > ${this.#noted('pid')}; fg > ${this.#noted('job')}`,
      ...['code=$?', `stty -g > ${this.#noted('after')}`, 'exit $code'],
    ].join('\n');
    this.#child = spawn(HOLDER, ['-qfec', `sh -mc ${shellQuote(script)}`, '/dev/null'], {
      cwd: directory,
      env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: '', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.stdout?.on('data', (bytes: Buffer) => {
      this.written += bytes;
      this.#screen.write(bytes);
    });
    test.after(() => {
      this.#child.kill('SIGKILL');
      this.#screen.dispose();
    });
  }

  /** The lines in sight, without blanks at their ends. */
  get lines(): string[] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, at) => this.#line(active.baseY + at));
  }

  get text(): string {
    return this.lines.join('\n').trimEnd();
  }

  /** Of everything that can be scrolled to, the lines that did not fit the terminal and went on below. */
  get wrapped(): string[] {
    const { active } = this.#screen.buffer;
    const rows = Array.from({ length: active.length }, (_, at) => at);
    return rows.filter((at) => active.getLine(at)?.isWrapped).map((at) => this.#line(at));
  }

  /** A picture of its own is shown, from which the terminal comes back. */
  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  /** Whether a shell would find it as it was: its own screen, a cursor, wrapping, and the modes of the line. */
  get isRestored(): boolean {
    const [before, after] = ['before', 'after'].map((name) => readFileSync(join(this.#directory, name), 'utf8'));
    const cursor = this.written.lastIndexOf('\u001b[?25h') >= this.written.lastIndexOf('\u001b[?25l');
    return before === after && cursor && !this.isAlternate && this.#screen.modes.wraparoundMode;
  }

  /** Of the program. */
  get pid(): number {
    return Number(readFileSync(join(this.#directory, 'pid'), 'utf8'));
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  resize(columns: number, rows: number): void {
    const terminal = readFileSync(join(this.#directory, 'tty'), 'utf8').trim();
    this.#screen.resize(columns, rows);
    execFileSync('stty', ['-F', terminal, 'cols', String(columns), 'rows', String(rows)]);
  }

  #line(at: number): string {
    return this.#screen.buffer.active.getLine(at)?.translateToString(true).trimEnd() ?? '';
  }

  #noted(name: string): string {
    return shellQuote(join(this.#directory, name));
  }
}
