import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Clock } from '../../../../core/clock.ts';
import { messageOf } from '../../../../core/errors.ts';
import type { ProcessLauncher } from '../../../../core/process.ts';
import { ClusterUnreachable } from '../../errors.ts';
import { runCommand } from '../command/run.ts';

/** Who we are to slurmrestd. Its token is a secret: it stands in no log and no error. */
export interface Token {
  readonly text: string;
  readonly user: string;
  /** Unix milliseconds; undefined where the token does not say. */
  readonly expires: number | undefined;
}

export interface TokenParts {
  /** Path of its file; undefined: the environment has it, or we make one. */
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processes: ProcessLauncher;
  readonly clock: Clock;
  /** Seconds until a call of `scontrol` is given up. */
  readonly timeout: number;
}

/** Seconds for which a token is made that we ask for ourselves, and milliseconds before its end at which it is replaced. */
const LIFESPAN = 3600;
const RENEWAL = (LIFESPAN / 2) * 1000;
/** A clock that is off by this many milliseconds is no reason to call a token expired. */
const CLOCK_SKEW = 60_000;
/** Bits of a file's mode that let others than its owner read or write it. */
const OTHERS = 0o077;

/**
 * Where the token comes from: its file, which is read for each call, so that whoever renews it has nothing more to do; else
 * `SLURM_JWT`; else `scontrol token`, where Slurm's commands are.
 */
export class TokenSource {
  readonly #parts: TokenParts;
  #made: Promise<Token> | undefined;

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  /** @throws ClusterUnreachable when there is none, others may read its file, or it has expired. */
  async current(): Promise<Token> {
    const { file, environment, clock } = this.#parts;
    const given = environment.SLURM_JWT ?? '';
    if (file === undefined && given === '') return this.#ownToken();
    const place = file === undefined ? 'SLURM_JWT' : `The token file ${file}`;
    const token = readToken(file === undefined ? given : readPrivate(file), place);
    if (token.expires !== undefined && token.expires + CLOCK_SKEW < clock.now()) {
      throw new ClusterUnreachable(`${place} holds a token that expired at ${new Date(token.expires).toISOString()}.`);
    }
    return token;
  }

  /** What to use in place of a token that was refused; undefined: there is no other. @throws as {@link current} */
  async insteadOf(refused: Token): Promise<Token | undefined> {
    this.#made = undefined;
    const token = await this.current();
    return token.text === refused.text ? undefined : token;
  }

  async #ownToken(): Promise<Token> {
    const made = await this.#made;
    if (made !== undefined && (made.expires ?? 0) - RENEWAL > this.#parts.clock.now()) return made;
    this.#made = this.#make();
    this.#made.catch(() => {
      this.#made = undefined;
    });
    return this.#made;
  }

  async #make(): Promise<Token> {
    const { environment, timeout } = this.#parts;
    const words = ['token', `lifespan=${LIFESPAN}`];
    const call = { program: 'scontrol', arguments: words, environment, timeout };
    const { code, stdout, stderr } = await runCommand(call, this.#parts).catch((cause: unknown) => {
      const sentence = `There is no token for slurmrestd: rest_token_file and SLURM_JWT are not set, and ${messageOf(cause)}`;
      throw new ClusterUnreachable(sentence, { cause });
    });
    if (code !== 0) throw new ClusterUnreachable(`scontrol gave no token for slurmrestd: ${stderr.trim()}`);
    return readToken(stdout, 'The answer of scontrol token');
  }
}

function readPrivate(path: string): string {
  try {
    const mode = statSync(path).mode & 0o777;
    if ((mode & OTHERS) === 0) return readFileSync(path, 'utf8');
    const shown = mode.toString(8).padStart(4, '0');
    throw new ClusterUnreachable(`The token file ${path} may be used by others (mode ${shown}); make it 0600.`);
  } catch (cause) {
    if (cause instanceof ClusterUnreachable) throw cause;
    throw new ClusterUnreachable(`The token file ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Bare, or as `scontrol token` prints it: `SLURM_JWT=…`. */
function readToken(content: string, place: string): Token {
  const text = content.trim().replace(/^SLURM_JWT=/, '');
  const [, payload = ''] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? [];
  if (payload === '') throw new ClusterUnreachable(`${place} holds no token.`);
  const { sun, username, exp } = claimsOf(payload, place);
  const user = [sun, username].find((name) => typeof name === 'string' && name !== '') ?? userInfo().username;
  return { text, user: user as string, expires: typeof exp === 'number' ? exp * 1000 : undefined };
}

function claimsOf(payload: string, place: string): { sun?: unknown; username?: unknown; exp?: unknown } {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) ?? {};
  } catch {
    // The parser's own words would show the payload.
    throw new ClusterUnreachable(`${place} holds a token that cannot be read.`);
  }
}
