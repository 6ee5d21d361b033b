import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytes, counted, duration, percent, plainText, rate, relativeTime } from '../../../src/web/parts/format.ts';

test('a share is neither all before the last one nor nothing after the first', () => {
  assert.deepEqual(
    [percent(0, 10), percent(1, 1_000_000), percent(999_999, 1_000_000), percent(10, 10), percent(0, 0)],
    ['0 %', '1 %', '99 %', '100 %', '0 %'],
  );
});

test('amounts have the unit in which they are read', () => {
  assert.deepEqual(
    [bytes(null), bytes(0), bytes(1023), bytes(1536), bytes(3 * 2 ** 40)],
    [...['–', '0 B', '1,020 B', '1.5 KiB', '3 TiB']],
  );
  assert.deepEqual(
    [duration(null), duration(0.25), duration(42.4), duration(3725)],
    ['–', '0.25 s', '42 s', '1:02:05'],
  );
  assert.deepEqual([rate(0), rate(12.34), rate(0.5), rate(0.001)], ['0 / s', '12.3 / s', '30 / min', '3.6 / h']);
  assert.deepEqual([counted(1, 'task'), counted(2000, 'task')], ['1 task', '2,000 tasks']);
});

test('times are told in their largest unit', () => {
  const now = 1_800_000_000_000;
  assert.equal(relativeTime(now - 2000, now), 'now');
  assert.match(relativeTime(now - 90_000, now), /^[12] ?m(in)?\.? ago$/);
  assert.match(relativeTime(now + 7_200_000, now), /^in 2 ?h/);
});

describe('text of others', () => {
  test('loses colours, titles and moves of the cursor', () => {
    assert.equal(plainText('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007\u001b[2Jplain\r\n'), 'red plain\n');
  });

  test('shows other control characters, and what turns the writing round, as dots', () => {
    assert.equal(plainText('a\u0000b\u202ec\u009bd'), 'a·b·c·d');
    assert.equal(plainText('tab\tand line\n<b>'), 'tab\tand line\n<b>');
  });
});
