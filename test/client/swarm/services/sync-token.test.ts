import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withOverlap } from '../../../../src/client/swarm/services/sync-token.ts';

test('a token goes back ten seconds in its own form, over midnight and new year', () => {
  assert.equal(withOverlap('2026-01-01 12:00:30'), '2026-01-01 12:00:20');
  assert.equal(withOverlap('2026-01-01 00:00:05'), '2025-12-31 23:59:55');
  assert.equal(withOverlap('2024-03-01T00:00:00.250'), '2024-02-29 23:59:50');
});

test('what is no time is sent back as it came', () => {
  for (const token of ['', 'soon', '2026-13-01 00:00:00', '12:00:00']) assert.equal(withOverlap(token), token);
});
