import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeFailure, type FakeRequest } from '../../support/fake-transport.ts';
import { skep } from '../skep.ts';

const NOTHING = { runs: [], spared: [], repaired: [] };
const hive =
  (found: object, extended = true) =>
  ({ method, path }: FakeRequest): unknown => {
    if (path === '/skep/capabilities' && extended) return { version: '1', database_id: 'x' };
    if (`${method} ${path}` === 'POST /skep/reap') return found;
    throw new FakeFailure(404);
  };

test('server reap shows what was ended and why, and what was left', async () => {
  const found = {
    runs: [
      ...[{ workflow_id: 3, workflow_run_id: 8, reason: 'silent', status_before: 'L', status: 'A' }],
      ...[{ workflow_id: 4, workflow_run_id: 9, reason: 'client_gone', status_before: 'C', status: 'C' }],
    ].map((run, index) => ({ ...run, kill_self_remaining: 2 * index })),
    spared: [{ workflow_id: 5, workflow_run_id: 10, until: Date.now() + 65_500 }],
    repaired: [6],
  };
  const { code, output } = await skep(['server', 'reap'], { answer: hive(found) });
  assert.equal(code, 0);
  assert.deepEqual(
    output
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .trim()
          .replace(/ {2,}/g, '|')
          .replace(/\d:\d\d:\d\d/, 'TIME'),
      ),
    [
      'WORKFLOW|RUN|WAS|IS|WHY',
      '3|8|LINKING|ABORTED|it stopped reporting',
      '4|9|COLD_RESUME|COLD_RESUME|its client process is dead; 2 of its attempts have to end first',
      '5|10|overdue, but the server has not listened for long: it has TIME left to report',
      '6|FAILED|DONE|all its tasks are done',
    ],
  );
  assert.deepEqual(JSON.parse((await skep(['server', 'reap', '--json'], { answer: hive(found) })).output), found);
});

test('server reap that finds nothing is a sentence; a server that cannot search says so', async () => {
  assert.match((await skep(['server', 'reap'], { answer: hive(NOTHING) })).output, /^Nothing to end: /);
  const { code, errors } = await skep(['server', 'reap'], { answer: hive(NOTHING, false) });
  assert.equal(code, 1);
  assert.match(errors, /^skep: The server has the compatible routes alone and cannot search when it is told to\.\n/);
});
