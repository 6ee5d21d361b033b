/** A simulation that finds nothing proves something only if it would find bugs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { catchMutation } from './catch-mutation.ts';
import { mutated } from './mutation.ts';
import { MUTATIONS } from './mutations.ts';

/** Those that the first few seeds find; `make simulate` proves all of them. */
const QUICK = MUTATIONS.filter(({ isQuick }) => isQuick);
const PATIENCE = 40;

test('each mutation fits the sources', () => {
  for (const mutation of MUTATIONS) {
    const source = readFileSync(join(import.meta.dirname, '../..', mutation.file), 'utf8');
    assert.notEqual(mutated(mutation, source), source);
  }
});

for (const mutation of QUICK) {
  test(`found: ${mutation.name}`, async (context) => {
    const caught = await catchMutation(mutation, PATIENCE);
    assert.ok(caught, `none of ${PATIENCE} seeds breaks a promise`);
    assert.ok(mutation.breaks.includes(caught.promise), `${caught.promise} was broken: ${caught.sentence}`);
    context.diagnostic(`seed ${caught.seed}, ${caught.promise}: ${caught.sentence}`);
  });
}
