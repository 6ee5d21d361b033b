import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContext, parseTraceparent, writeTraceparent } from '../../../src/api/tracing/span-context.ts';
import { systemRandom } from '../../../src/core/random.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test('a traceparent is read as the W3C says, and whatever else is none', () => {
  const sampled = { traceId: TRACE, spanId: SPAN, isSampled: true };
  assert.deepEqual(parseTraceparent(`00-${TRACE}-${SPAN}-01`), sampled);
  assert.deepEqual(parseTraceparent(`00-${TRACE}-${SPAN}-00`), { ...sampled, isSampled: false });
  assert.deepEqual(parseTraceparent(`cc-${TRACE}-${SPAN}-03-more`), sampled, 'a later version');
  for (const text of [
    undefined,
    '',
    `00-${TRACE}-${SPAN}`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
    'x'.repeat(100_000),
  ]) {
    assert.equal(parseTraceparent(text), undefined, text?.slice(0, 80));
  }
});

test('a place below another is in its trace, and what is written is read', () => {
  const first = newContext(systemRandom, undefined);
  const below = newContext(systemRandom, first);
  assert.equal(below.traceId, first.traceId);
  assert.notEqual(below.spanId, first.spanId);
  assert.deepEqual(parseTraceparent(writeTraceparent(below)), below);
});
