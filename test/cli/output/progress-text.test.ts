import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bar, barLine, joined, rateText } from '../../../src/cli/output/progress-text.ts';
import { noPaint } from '../../../src/cli/output/terminal.ts';
import { roughly, roughSpan } from '../../../src/core/span.ts';

test('a bar has its length, and a column for whatever there is', () => {
  const count = fc.oneof(fc.nat(3), fc.nat(2_000_000));
  fc.assert(
    fc.property(count, count, count, count, fc.integer({ min: 4, max: 200 }), (done, failed, running, rest, length) => {
      const parts = [
        { word: 'done', count: done },
        { word: 'failed', count: failed },
        { word: 'running', count: running },
      ] as const;
      const text = bar(parts, done + failed + running + rest, length, noPaint);
      assert.equal(text.length, length);
      assert.match(text, /^█*▓*▒*░*$/);
      const isNothing = done + failed + running + rest === 0;
      for (const [count, glyph] of [
        [done, '█'],
        [failed, '▓'],
        [running, '▒'],
        [rest, '░'],
      ] as const) {
        if (!isNothing) assert.equal(text.includes(glyph), count > 0, `${glyph} in ${text}`);
      }
    }),
  );
});

test('a line with a bar fits, and loses its numbers before its bar', () => {
  const parts = [{ word: 'done', count: 1_000_000 }] as const;
  assert.equal(barLine(parts, 2_000_000, 40, noPaint), `${'█'.repeat(6)}${'░'.repeat(6)} 1,000,000 of 2,000,000  50%`);
  assert.equal(barLine(parts, 2_000_000, 30, noPaint), `${'█'.repeat(13)}${'░'.repeat(13)} 50%`);
});

test('pieces go on below, and only one that is too wide by itself is cut', () => {
  const pieces = ['one 1', 'two 2', 'a very long piece', 'three 3'].map((text) => ({ text }));
  assert.deepEqual(joined(pieces, 13, noPaint), ['one 1 · two 2', 'a very long …', 'three 3']);
});

test('rates and spans have one unit that suits them', () => {
  assert.deepEqual([0, 1234.5, 14.46, 0.5, 1 / 60, 0.001].map(rateText), [
    '0 tasks/s',
    '1,230 tasks/s',
    '14.5 tasks/s',
    '30 tasks/min',
    '1 tasks/min',
    '3.6 tasks/h',
  ]);
  assert.deepEqual([0, 59.4, 600, 5400, 100_000, 1e6].map(roughly), [
    '1 s',
    '59 s',
    '10 min',
    '1.5 h',
    '28 h',
    '12 days',
  ]);
  assert.equal(roughSpan(58, 130), '58 s to 2 min');
  assert.equal(roughSpan(480, 1200), '8 to 20 min');
  assert.equal(roughSpan(481, 482), '8 min');
});
