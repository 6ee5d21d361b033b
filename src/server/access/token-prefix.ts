/** A token in front of the path (`/t/<token>/api/v3/…`), for peers that can only be given a base address. */
import type { FastifyRequest } from 'fastify';

const TOKEN_PREFIX = /^\/t\/([^/?]+)(?=\/)/;

/** The part of a path that carries a token; empty without one. */
export function tokenPrefixOf(url: string): string {
  return TOKEN_PREFIX.exec(url)?.[0] ?? '';
}

/** Takes the token as if it had come as a bearer token. Gives the path without it. */
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
