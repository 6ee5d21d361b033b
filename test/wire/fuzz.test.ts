/** Random requests to every route: none makes the server fail, and one that is refused changes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { routes } from '../../src/api/routes.ts';
import { Served } from '../server/served.ts';
import { checkAnswer } from './fuzz/check-answer.ts';
import { contentsOf } from './fuzz/contents.ts';
import { populate } from './fuzz/populated.ts';
import { anyRequest } from './fuzz/requests.ts';
import { send } from './fuzz/send.ts';

/** More of them find rarer things: `SKEP_FUZZ_REQUESTS=1000000`. */
const REQUESTS = Number(process.env.SKEP_FUZZ_REQUESTS ?? 20_000);
/** For each route that refused all of those. */
const MORE_REQUESTS = 4000;
/** One always fails; the other starts no process for a server that was not told how. */
const NEVER_CARRIED_OUT = ['getTestBad', 'startResume'];
/** A failure prints its seed; given back, it makes the same requests. */
const SEED = Number(process.env.SKEP_FUZZ_SEED ?? Date.now() % 2 ** 31);

test(`${REQUESTS} random requests (SKEP_FUZZ_SEED=${SEED})`, async (context) => {
  const served = await Served.open(context);
  await populate(served);
  // Whoever waits for a change would wait for the whole test.
  served.server.services.feed.wait = async () => {};
  const contents = await contentsOf(context, served);
  const carriedOut = new Set<string>();
  const property = (requests: ReturnType<typeof anyRequest>) =>
    fc.asyncProperty(requests, async (request) => {
      const before = contents();
      const answers = await send(served, request);
      for (const answer of answers) {
        checkAnswer(request, answer);
        if (answer.status === 200) carriedOut.add(request.route);
      }
      if (answers.every(({ status }) => status >= 400)) assert.equal(contents(), before, answers[0]?.text);
    });
  const refusing = () =>
    Object.keys(routes).filter((name) => !NEVER_CARRIED_OUT.includes(name) && !carriedOut.has(name));
  await fc.assert(property(anyRequest()), { numRuns: REQUESTS, seed: SEED });
  // Chance may have left out a route that seldom has anything to do: it gets some requests more.
  const unlucky = new Set(refusing());
  const more = anyRequest().filter(({ route }) => unlucky.has(route));
  if (unlucky.size > 0) await fc.assert(property(more), { numRuns: MORE_REQUESTS * unlucky.size, seed: SEED });
  assert.deepEqual(refusing(), [], 'these routes carried out no request');
});
