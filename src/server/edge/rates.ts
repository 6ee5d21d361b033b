/**
 * How often somebody may ask: guesses of tokens by address, and requests by whoever is known. Every request passes here, so
 * the hooks await nothing.
 */
import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../core/clock.ts';
import { HttpAnswer } from '../handler.ts';
import { Buckets } from './buckets.ts';

type SteadyClock = Pick<Clock, 'monotonic'>;

/** Addresses, and tokens, that are remembered: a few hundred bytes each. More of them push out the oldest. */
const REMEMBERED = 10_000;

/**
 * Refuses tokens from an address that has sent too many wrong ones within a minute, right or wrong, so that guessing becomes
 * slow. Those that have been right before are let in all the same: a neighbour on the machine who guesses must not lock out
 * the others there. Called before the check of the token. `perMinute` 0: no limit.
 */
export function limitGuesses(app: FastifyInstance, perMinute: number, clock: SteadyClock): void {
  if (perMinute === 0) return;
  const guesses = new Buckets({ rate: perMinute / 60, capacity: perMinute, remembered: REMEMBERED, clock });
  const right = new Set<string>();
  app.addHook('onRequest', (request, reply, done) => {
    const { authorization } = request.headers;
    if (authorization === undefined || right.has(authorization)) return done();
    if (request.routeOptions.config.open === true) return done();
    // Given back below: of many that come at once none is let through before the others are known to be wrong.
    const seconds = guesses.take(networkOf(request.ip));
    done(seconds > 0 ? refusal(reply, seconds, 'Too many wrong tokens have come from this address') : undefined);
  });
  // The first hook after those of `onRequest`, among which is the check.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { authorization } = request.headers;
    if (authorization !== undefined && request.principal !== undefined && !right.has(authorization)) {
      const [oldest] = right;
      if (right.size >= REMEMBERED && oldest !== undefined) right.delete(oldest);
      right.add(authorization);
      guesses.giveBack(networkOf(request.ip));
    }
    done(null, payload);
  });
}

/**
 * Answers 429 to somebody who is known and asks more often than `perSecond`, for longer than two seconds. Called after the
 * check of the token. `perSecond` 0: no limit.
 */
export function limitRequests(app: FastifyInstance, perSecond: number, clock: SteadyClock): void {
  if (perSecond === 0) return;
  const requests = new Buckets({ rate: perSecond, capacity: 2 * perSecond, remembered: REMEMBERED, clock });
  app.addHook('onRequest', ({ principal }, reply, done) => {
    if (principal === undefined) return done();
    const { source, user, tokenId = '' } = principal;
    const seconds = requests.take(`${source} ${tokenId} ${user}`);
    if (seconds === 0) return done();
    done(refusal(reply, seconds, `More than ${perSecond} requests a second have come with this token`));
  });
}

function refusal(reply: { header(name: string, value: number): unknown }, seconds: number, what: string): HttpAnswer {
  const wait = Math.ceil(seconds);
  reply.header('retry-after', wait);
  return new HttpAnswer(429, { detail: `${what}: wait ${wait} s.` });
}

/** Whoever has one address of version 6 has all of its network. */
function networkOf(ip: string): string {
  return isIPv6(ip) && !ip.includes('.') ? ip.split(':', 4).join(':') : ip;
}
