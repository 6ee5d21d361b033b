import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MOST, shownTexts, withEarlier, withLater } from '../../../../src/web/task/log/parts.ts';

const part = (from: number, text: string) => ({ from, until: from + new TextEncoder().encode(text).length, text });

describe('parts of an output', () => {
  test('are held as they adjoin; what does not adjoin is left out', () => {
    const held = withLater(withLater([], part(10, 'one\n')), part(14, 'two\n'));
    assert.deepEqual(held, [{ from: 10, until: 18, text: 'one\ntwo\n' }]);
    assert.equal(withLater(held, part(14, 'two\n')), held);
    assert.equal(withLater(held, part(18, '')), held);
    assert.equal(withEarlier(held, part(0, 'zero\n')), held);
  });

  test('that come before begin with a line, unless they begin everything', () => {
    const held = [part(20, 'last\n')];
    assert.deepEqual(withEarlier(held, { from: 8, until: 20, text: '\ufffdé\nübe\nr\n' })[0], {
      from: 13,
      until: 20,
      text: 'übe\nr\n',
    });
    assert.equal(withEarlier([part(4, 'x')], part(0, 'a\nb\n'))[0]?.from, 0);
    assert.equal(withEarlier([part(9, 'x')], part(5, 'long'))[0]?.text, 'long');
  });

  test('are never more than a page can show: the far end goes', () => {
    const piece = 'x'.repeat(300_000);
    let held = [part(3_000_000, piece)] as ReturnType<typeof withEarlier>;
    for (let from = 2_700_000; from >= 0; from -= 300_000) held = withEarlier(held, part(from, piece));
    assert.equal(held[0]?.from, 0);
    assert.ok(held.reduce((sum, { text }) => sum + text.length, 0) <= MOST);
    for (let from = held.at(-1)?.until ?? 0; from < 6_000_000; from += 300_000)
      held = withLater(held, part(from, piece));
    assert.ok(held.reduce((sum, { text }) => sum + text.length, 0) <= MOST);
    assert.ok((held.at(-1)?.until ?? 0) >= 6_000_000);
  });

  test('share a sequence of a terminal that lies across their border', () => {
    const shown = shownTexts([part(0, 'red \u001b[3'), part(8, '1mtext\u001b[0m.'), part(20, '\u001b')]);
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['red ', 'text.', '·'],
    );
  });
});
