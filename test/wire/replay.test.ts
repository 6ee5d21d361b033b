/** Recorded lives of runs, sent again: one that retries, one that fails, its resume, and every view of what they left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Served } from '../server/served.ts';
import { DIFFERENCES, type Difference } from './differences.ts';
import { isPoll, pollFaults } from './polls.ts';
import { RECORDINGS, readRecording, skipWithoutRecordings } from './recordings.ts';
import { type Replayed, replay } from './replay.ts';

test('recorded peers get the same answers again', { skip: skipWithoutRecordings }, async (context) => {
  const served = await Served.open(context);
  await parallelismOfRecordings(served);
  const faults: string[] = [];
  const used = new Set<Difference>();
  let compared = 0;
  for (const recording of RECORDINGS) {
    const replayed = await replay(served, readRecording(recording));
    for (const one of replayed.filter((each) => !isPoll(each))) {
      const expected = expectedOf(one, used);
      compared++;
      if (!isDeepStrictEqual(one.ours, expected)) faults.push(describe(one, expected));
    }
    faults.push(...pollFaults(replayed, (route) => isToldAgain(route, used)).map((fault) => `${recording}: ${fault}`));
  }
  assert.deepEqual(faults, []);
  assert.ok(compared > 700, `${compared} answers were compared`);
  const unused = DIFFERENCES.filter((each) => each.inReplay !== undefined && !used.has(each));
  assert.deepEqual(unused, [], 'these differences do not show: take their `inReplay` away');
});

/** The seeded cluster as it was when the recordings were made. */
async function parallelismOfRecordings(served: Served): Promise<void> {
  await served.database.write(({ db }) =>
    db
      .updateTable('cluster')
      .set({ connection_parameters: '{"parallelism": 3}' })
      .where('name', '=', 'multiprocess')
      .execute(),
  );
}

/** The recorded answer, with what we mean to answer otherwise. */
function expectedOf({ route, recorded }: Replayed, used: Set<Difference>): Replayed['recorded'] {
  let expected = recorded;
  for (const difference of DIFFERENCES) {
    if (difference.route !== route || typeof difference.inReplay !== 'function') continue;
    const mended = difference.inReplay(structuredClone(expected));
    if (!isDeepStrictEqual(mended, expected)) used.add(difference);
    expected = mended;
  }
  return expected;
}

function isToldAgain(route: string, used: Set<Difference>): boolean {
  const difference = DIFFERENCES.find((each) => each.route === route && each.inReplay === 'told again');
  if (difference !== undefined) used.add(difference);
  return difference !== undefined;
}

function describe({ exchange, route, ours }: Replayed, expected: Replayed['recorded']): string {
  const { name, method, url, request } = exchange;
  const texts = [`${name}: ${route} ${method} ${url} ${request ?? ''}`, `expected ${JSON.stringify(expected)}`];
  return [...texts, `got      ${JSON.stringify(ours)}`].join('\n');
}
