import type { Transport, TransportAnswer, TransportRequest } from '../../../../api/transport.ts';
import type { Clock } from '../../../../core/clock.ts';
import { messageOf } from '../../../../core/errors.ts';
import { ClusterUnreachable } from '../../errors.ts';
import { fieldsOf, listOf, numberOf, textOf } from './fields.ts';
import type { Token, TokenSource } from './token.ts';
import { type ApiVersion, newestOf, versionNamed } from './version.ts';

export interface ConnectionParts {
  readonly transport: Transport;
  /** Path of the address below which the routes lie; empty: none. */
  readonly prefix: string;
  /** Undefined: the newest that both know. */
  readonly version: string | undefined;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** Seconds until a call is given up. */
  readonly timeout: number;
}

export interface RestCall {
  readonly method: TransportRequest['method'];
  /** Of the controller, or of accounting. */
  readonly daemon: 'slurm' | 'slurmdb';
  /** Below the version, such as `/jobs`. */
  readonly path: string;
  readonly body?: unknown;
}

export interface RestAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly errors: readonly RestError[];
}

interface RestError {
  /** Slurm's own; undefined where none was sent. */
  readonly number: number | undefined;
  readonly text: string;
}

/** Slurm's number for an error of which it says no more, which is what it answers to a token that it does not accept. */
const UNSPECIFIED = -1;

/** Calls of one slurmrestd, each given up after its time. */
export class RestConnection {
  readonly #parts: ConnectionParts;
  #version: Promise<ApiVersion> | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** @throws ClusterUnreachable, also when it offers no version that we know. */
  version(): Promise<ApiVersion> {
    this.#version ??= this.#findVersion().catch((error: unknown) => {
      this.#version = undefined;
      throw error;
    });
    return this.#version;
  }

  /** The user whose jobs are ours. @throws ClusterUnreachable */
  async user(): Promise<string> {
    return (await this.#parts.tokens.current()).user;
  }

  /** An answer without errors but those of these numbers. @throws ClusterUnreachable */
  async ask(call: RestCall, tolerated: readonly number[] = []): Promise<RestAnswer> {
    const answer = await this.call(call);
    const known = answer.errors.filter(({ number }) => number !== undefined && tolerated.includes(number));
    if (known.length === answer.errors.length && (answer.status < 300 || known.length > 0)) return answer;
    throw new ClusterUnreachable(`${nameOf(call)} failed: ${wordsOf(answer)}`);
  }

  /** Whatever slurmrestd answers in its own form. @throws ClusterUnreachable for all else. */
  async call(call: RestCall): Promise<RestAnswer> {
    const { name } = await this.version();
    const url = `${this.#parts.prefix}/${call.daemon}/${name}${call.path}`;
    const answer = await this.#send(nameOf(call), { method: call.method, url, body: call.body });
    if (answer.status === 404 && !answer.contentType.includes('json')) {
      throw new ClusterUnreachable(`slurmrestd does not offer /${call.daemon}/${name}${call.path}.`);
    }
    return readAnswer(nameOf(call), answer);
  }

  async #findVersion(): Promise<ApiVersion> {
    const { version, prefix } = this.#parts;
    if (version !== undefined) return versionNamed(version);
    const name = 'GET /openapi/v3 of slurmrestd';
    const { fields } = readAnswer(name, await this.#send(name, { method: 'GET', url: `${prefix}/openapi/v3` }));
    return newestOf(Object.keys(fieldsOf(fields.paths)));
  }

  /** A token that is not accepted is replaced once, if there is another one by now. */
  async #send(name: string, request: Request): Promise<TransportAnswer> {
    const { tokens } = this.#parts;
    const token = await tokens.current();
    const answer = await this.#sendAs(token, name, request);
    if (answer.status !== 401) return answer;
    const other = await tokens.insteadOf(token);
    const second = other === undefined ? answer : await this.#sendAs(other, name, request);
    if (second.status !== 401) return second;
    throw new ClusterUnreachable(`${name}: slurmrestd does not accept the token of user ${token.user}.`);
  }

  async #sendAs(token: Token, name: string, { method, url, body }: Request): Promise<TransportAnswer> {
    const { transport, clock, timeout } = this.#parts;
    // The transport's own time-out is for silence; an answer that drips would never end.
    const limit = new AbortController();
    const cancel = clock.after(timeout * 1000, () => limit.abort());
    try {
      return await transport.send({
        method,
        url,
        headers: {
          accept: 'application/json',
          'x-slurm-user-name': token.user,
          'x-slurm-user-token': token.text,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
        timeout,
        signal: limit.signal,
      });
    } catch (cause) {
      const why = limit.signal.aborted ? `no answer within ${timeout} s` : messageOf(cause);
      throw new ClusterUnreachable(`${name}: ${why}.`, { cause });
    } finally {
      cancel();
    }
  }
}

interface Request {
  readonly method: TransportRequest['method'];
  readonly url: string;
  readonly body?: unknown;
}

/** What an answer that is a failure says, in Slurm's own words. */
export function wordsOf({ status, errors }: RestAnswer): string {
  const words = [...new Set(errors.map(({ text }) => text))].join('; ');
  const hint = errors.some(({ number }) => number === UNSPECIFIED)
    ? ' (a token that Slurm does not accept is answered like this too)'
    : '';
  return (words || `status ${status}`) + hint;
}

const nameOf = ({ method, daemon, path }: RestCall): string => `${method} ${path} of slurmrestd (${daemon})`;

function readAnswer(name: string, { status, text }: TransportAnswer): RestAnswer {
  const fields = fieldsOf(parsed(name, status, text));
  // Some carry only a description, others only an error; where both are there, the error is Slurm's own word.
  const errors = listOf(fields.errors).map((error) => {
    const { error_number, error_code, error: word, description } = fieldsOf(error);
    return {
      number: numberOf(error_number) ?? numberOf(error_code),
      text: textOf(word) || textOf(description) || 'an error without a word',
    };
  });
  return { status, fields, errors };
}

function parsed(name: string, status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClusterUnreachable(`${name}: status ${status}, and the answer is no JSON.`, { cause });
  }
}
