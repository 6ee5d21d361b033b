/** Who may ask: whoever sends the token of the server, as a bearer token or in front of the path. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { messageOf, SkepError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { OriginCheck } from './edge/origins.ts';
import { HttpAnswer } from './handler.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers without a token. */
    open?: boolean;
  }
}

/**
 * Refuses every request without the token with status 401, except those of open routes.
 * An empty token switches the check off; then a browser's requests are refused that come from another origin that is not
 * allowed, or that think this machine is some other host: any web page could send them, the latter by pointing its own name
 * to this machine.
 */
export function requireToken(app: FastifyInstance, token: string, isAllowed: OriginCheck): void {
  const expected = digest(`Bearer ${token}`);
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.open === true) return;
    if (token === '') return refuseForeignPages(request, isAllowed);
    // Digests have one length whatever was sent, and comparing them takes one time whatever differs.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
    reply.header('www-authenticate', 'Bearer');
    throw new HttpAnswer(401, { detail: 'Unauthorized' });
  });
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/;

/** Whether the host is a name or address by which only this machine can be meant. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function refuseForeignPages({ headers, host, hostname }: FastifyRequest, isAllowed: OriginCheck): void {
  if (!isLoopback(hostname)) throw new HttpAnswer(403, { detail: `Requests to host ${hostname} are refused.` });
  if (headers.origin === undefined || isAllowed(headers.origin)) return;
  const origin = URL.canParse(headers.origin) ? new URL(headers.origin).host : undefined;
  if (origin !== host) throw new HttpAnswer(403, { detail: 'Requests from other origins are refused.' });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const TOKEN_PREFIX = /^\/t\/([^/?]+)(?=\/)/;

/** The part of a path that carries a token; empty without one. */
export function tokenPrefixOf(url: string): string {
  return TOKEN_PREFIX.exec(url)?.[0] ?? '';
}

/**
 * Takes a token in front of the path (`/t/<token>/api/v3/…`) as if it had come as a bearer token, for peers that can only
 * be given a base address. Gives the path without it.
 */
export function withoutTokenPrefix(request: FastifyRequest['raw']): string {
  const url = request.url ?? '/';
  const [prefix, token] = TOKEN_PREFIX.exec(url) ?? [];
  if (prefix === undefined || token === undefined) return url;
  request.headers.authorization ||= `Bearer ${decodeOrKeep(token)}`;
  return url.slice(prefix.length);
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not escaped as it should be: then it is no token of ours, and the check refuses it.
  }
}

/**
 * Reads the token file, or creates it with a fresh token that only its owner can read.
 * @throws SkepError `config_invalid` when the file cannot be read, when others can read it, or when it is empty.
 */
export function loadToken(path: string, random: Random): string {
  const { mode, text } = readTokenFile(path, random);
  if ((mode & 0o077) !== 0) {
    const sentence = `The token file ${path} can be read by others (mode ${mode.toString(8)}): run chmod 600 on it.`;
    throw new SkepError('config_invalid', sentence);
  }
  const token = text.trim();
  if (token === '') throw new SkepError('config_invalid', `The token file ${path} is empty: remove it.`);
  return token;
}

function readTokenFile(path: string, random: Random): { mode: number; text: string } {
  try {
    createTokenFile(path, random);
    const file = openSync(path, 'r');
    try {
      return { mode: fstatSync(file).mode & 0o777, text: readFileSync(file, 'utf8') };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const sentence = `The token file ${path} cannot be read: ${messageOf(cause)}.`;
    throw new SkepError('config_invalid', sentence, { cause });
  }
}

function createTokenFile(path: string, random: Random): void {
  try {
    writeFileSync(path, `${random.secret()}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
