import { StringDecoder } from 'node:string_decoder';
import type { Logger } from '../../core/log.ts';
import type { LaunchedProcess } from '../../core/process.ts';

/** Enough for a stack trace; the whole is in the log. */
const TAIL_CHARACTERS = 4000;
/** The two words that a distributor says; they stand without a line break, anywhere in what it writes. */
const WORDS = ['ALIVE', 'SHUTDOWN'] as const;
const LEADING_WORDS = /^(?:ALIVE|SHUTDOWN)+/;
/** How a line of the structured log begins. */
const LEVEL = /^\{"level":(\d+)\b/;
/** A line of the structured log up to level info; warnings and errors may say why it ended. */
const LOG_LINE = /^\{"level":(?:10|20|30)\b.*\}$/;

/**
 * The standard error stream of a distributor: always read, so that it never blocks its writer; its lines go to the log, its
 * end is kept, and the words ALIVE and SHUTDOWN are found. Source: client §12.4.
 */
export class ErrorOutput {
  /** Resolves when the distributor has said that it is ready; never rejects. */
  readonly sawAlive: Promise<void>;
  readonly #process: LaunchedProcess;
  readonly #log: Logger;
  readonly #decoder = new StringDecoder('utf8');
  readonly #seen = new Set<string>();
  #tail = '';
  #line = '';
  #reportAlive: () => void = () => {};

  constructor(process: LaunchedProcess, log: Logger) {
    this.#process = process;
    this.#log = log;
    this.sawAlive = new Promise((resolve) => {
      this.#reportAlive = resolve;
    });
    process.stderr?.on('data', (bytes: Buffer) => this.#take(this.#decoder.write(bytes)));
    // A pipe breaks when its process ends, and `exited` tells of that; an unhandled error event would end this process.
    process.stderr?.on('error', (error) => log.debug({ error }, 'the pipe from the distributor broke'));
    process.stdin?.on('error', (error) => log.debug({ error }, 'the pipe to the distributor broke'));
  }

  /** The last that was written for people: neither the words of the protocol nor lines of the log, which are kept there. */
  get tail(): string {
    const lines = this.#tail.split('\n');
    // The cut has gone through the first line.
    if (this.#tail.length === TAIL_CHARACTERS && lines.length > 1) lines.shift();
    return lines
      .map((line) => line.replace(LEADING_WORDS, ''))
      .filter((line) => !LOG_LINE.test(line))
      .join('\n');
  }

  /** Whether the distributor has said that it ended in order. */
  get sawShutdown(): boolean {
    return this.#seen.has('SHUTDOWN');
  }

  /** Lets go of the pipe, which a process that outlived the distributor may hold open. */
  close(): void {
    this.#process.stderr?.destroy();
  }

  #take(text: string): void {
    // Looked for before the tail is cut: the word may be followed by more than the tail holds.
    const written = this.#tail + text;
    for (const word of WORDS) if (written.includes(word)) this.#seen.add(word);
    this.#tail = written.slice(-TAIL_CHARACTERS);
    if (this.#seen.has('ALIVE')) this.#reportAlive();
    const lines = (this.#line + text).split('\n');
    this.#line = (lines.pop() ?? '').slice(-TAIL_CHARACTERS);
    for (const line of lines) {
      const said = line.replace(LEADING_WORDS, '');
      if (said !== '') this.#log[levelOf(said)]({ line: said }, 'distributor');
    }
  }
}

/** The level of a line of the structured log; what else is written is information. */
function levelOf(line: string): 'debug' | 'info' | 'warn' | 'error' {
  const level = Number(LEVEL.exec(line)?.[1] ?? 30);
  if (level < 30) return 'debug';
  if (level < 40) return 'info';
  return level < 50 ? 'warn' : 'error';
}
