import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeptLinks, linksOf, withLink } from '../../src/client/links.ts';

test('links count once and keep their order, below and beyond the number at which they change their form', () => {
  let kept: KeptLinks<number>;
  assert.deepEqual([linksOf(kept).size, linksOf(kept).has(0), ...linksOf(kept)], [0, false]);
  const expected = Array.from({ length: 40 }, (_, index) => index * 7);
  for (const [index, item] of expected.entries()) {
    for (const each of [item, item, 0]) kept = withLink(kept, each);
    const links = linksOf(kept);
    assert.deepEqual([...links], expected.slice(0, index + 1));
    assert.equal(links.size, index + 1);
    assert.ok(links.has(item));
    assert.ok(!links.has(1));
  }
});
