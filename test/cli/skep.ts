/** Runs one command line inside this process, against a server that is a function. */
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/cli/main.ts';
import { systemClock } from '../../src/core/clock.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { type FakeRequest, fakeTransport } from '../support/fake-transport.ts';

export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly requests: readonly FakeRequest[];
}

export interface RunOptions {
  readonly answer?: (request: FakeRequest) => unknown;
  /** Columns of the terminal; without it the output is no terminal. */
  readonly columns?: number;
  readonly environment?: Record<string, string>;
}

export async function skep(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { answer = noServer, columns, environment = {} } = options;
  const transport = fakeTransport(answer);
  const [output, errors] = [new Sink(columns), new Sink(columns)];
  const code = await main({
    input: Readable.from([]),
    output,
    errors,
    clock: systemClock,
    processes: systemProcesses,
    environment: { HOME: '/nowhere', LOGNAME: 'bee', SKEP__HTTP__SERVICE_URL: 'http://hive', ...environment },
    words,
    transportTo: () => transport,
  });
  return { code, output: output.text, errors: errors.text, requests: transport.requests };
}

/** Rows as the frame text in which the server answers tables. */
export function frame(rows: readonly Record<string, unknown>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  return JSON.stringify(
    Object.fromEntries(columns.map((name) => [name, Object.fromEntries(rows.map((row, index) => [index, row[name]]))])),
  );
}

function noServer({ method, path }: FakeRequest): never {
  throw new Error(`${method} ${path} was not expected`);
}

const WEIGHT_OR_COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  #text = '';

  constructor(columns: number | undefined) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 0;
  }

  /** Without the weights and colours that a terminal gets: what is left of escapes came from somebody else. */
  get text(): string {
    return this.#text.replace(WEIGHT_OR_COLOUR, '');
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.#text += chunk;
    done();
  }
}
