import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isoTimeText, parseTimeText, timeText } from '../../../src/server/db/time.ts';

const TIME = Date.UTC(2026, 10, 23, 16, 5, 9);

test('a time is written in UTC with whole seconds', () => {
  assert.equal(timeText(TIME), '2026-11-23 16:05:09');
  assert.equal(timeText(TIME + 999), '2026-11-23 16:05:09');
  assert.equal(isoTimeText(TIME + 999), '2026-11-23T16:05:09');
});

test('a time is read in every spelling that peers use', () => {
  for (const text of [
    '2026-11-23 16:05:09',
    '2026-11-23T16:05:09',
    ' 2026-11-23 16:05:09Z ',
    '2026-11-23T16:05:09+00:00',
  ]) {
    assert.equal(parseTimeText(text), TIME, text);
  }
  assert.equal(parseTimeText('2026-11-23 16:05:09.250999'), TIME + 250);
  assert.equal(parseTimeText('2026-11-23 16:05:09.5'), TIME + 500);
});

test('what is no time is undefined', () => {
  for (const text of [
    '',
    'yesterday',
    '2026-11-23',
    '2026-13-01 00:00:00',
    '2026-11-23 25:00:00',
    '2026-11-23 16:05',
  ]) {
    assert.equal(parseTimeText(text), undefined, text);
  }
});
