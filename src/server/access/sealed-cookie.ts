/** A cookie that only servers with the same secret can make and read, with its end inside: nothing of it is kept here. */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';

export interface SealedCookieOptions {
  readonly name: string;
  /** Whoever has it can make such cookies. */
  readonly secret: string;
  /** What it is good for: made for something else, it is none. */
  readonly purpose: string;
  /** How long it is good for. */
  readonly seconds: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'secret'>;
}

const CIPHER = 'aes-256-gcm';
/** Bytes of its vector and its tag, as the standard has them. */
const VECTOR = 12;
const TAG = 16;

interface Sealed<Content> {
  readonly content: Content;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export class SealedCookie<Content> {
  readonly #options: SealedCookieOptions;
  readonly #key: Buffer;

  constructor(options: SealedCookieOptions) {
    this.#options = options;
    this.#key = Buffer.from(hkdfSync('sha256', options.secret, '', `skep cookie: ${options.purpose}`, 32));
  }

  /** The header that has a browser keep it. `isSecure`: it is sent over TLS alone. */
  set(content: Content, isSecure: boolean): string {
    const { seconds, clock } = this.#options;
    const sealed: Sealed<Content> = { content, expires: Math.round(clock.now() + seconds * 1000) };
    return this.#header(this.#seal(JSON.stringify(sealed)), Math.ceil(seconds), isSecure);
  }

  /** The header that has a browser forget it. */
  clear(isSecure: boolean): string {
    return this.#header('', 0, isSecure);
  }

  /** What is in the cookie that came with a request; undefined where none did, where it is not ours, and after its end. */
  read(header: string | undefined, isSecure: boolean): Sealed<Content> | undefined {
    const text = cookieNamed(header ?? '', this.#name(isSecure));
    const opened = text === undefined ? undefined : this.#open(text);
    if (opened === undefined) return undefined;
    const sealed = JSON.parse(opened) as Sealed<Content>;
    return sealed.expires > this.#options.clock.now() ? sealed : undefined;
  }

  /** With the prefix, browsers take it from this very host alone, and not from a neighbour in its domain. */
  #name(isSecure: boolean): string {
    return isSecure ? `__Host-${this.#options.name}` : this.#options.name;
  }

  #header(value: string, seconds: number, isSecure: boolean): string {
    const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
    return `${this.#name(isSecure)}=${value}; ${attributes}`;
  }

  #seal(text: string): string {
    const vector = Buffer.from(this.#options.random.secret(), 'hex').subarray(0, VECTOR);
    const cipher = createCipheriv(CIPHER, this.#key, vector);
    const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([vector, cipher.getAuthTag(), hidden]).toString('base64url');
  }

  #open(text: string): string | undefined {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length <= VECTOR + TAG) return undefined;
    const cipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, VECTOR), { authTagLength: TAG });
    cipher.setAuthTag(bytes.subarray(VECTOR, VECTOR + TAG));
    try {
      return Buffer.concat([cipher.update(bytes.subarray(VECTOR + TAG)), cipher.final()]).toString('utf8');
    } catch {
      return undefined; // Somebody else made it, or changed it: Node has no other word for that.
    }
  }
}

function cookieNamed(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const end = part.indexOf('=');
    if (end > 0 && part.slice(0, end).trim() === name) return part.slice(end + 1).trim();
  }
  return undefined;
}
