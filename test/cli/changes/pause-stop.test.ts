import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeFailure, type FakeRequest } from '../../support/fake-transport.ts';
import { frame, skep } from '../skep.ts';

/** A server with workflow 1, whose newest run has these statuses one after the other (the last for ever). */
function hive({ runs = [] as (string | null)[], changed = true, extended = true, running = 0 } = {}) {
  return ({ method, path, query }: FakeRequest): unknown => {
    switch (`${method} ${path}`) {
      case 'GET /v3/workflow_status':
        return {
          workflows:
            query.workflow_id === '1'
              ? frame([{ WF_ID: 1, WF_STATUS: 'HALTED', TASKS: 1200, DONE: '200 (16.7%)', RUNNING: `${running} (0%)` }])
              : '{}',
        };
      case 'GET /skep/capabilities':
        if (extended) return { version: '1', database_id: 'x' };
        throw new FakeFailure(404);
      case 'POST /skep/workflow/1/pause':
        return { paused: true, limit: 40, changed };
      case 'POST /skep/workflow/1/continue':
        return { paused: false, limit: 40, changed };
      case 'POST /v3/workflow/1/set_resume':
        return {};
      case 'GET /skep/workflow/1/newest_run': {
        const status = runs.length > 1 ? runs.shift() : runs[0];
        if (typeof status !== 'string') return { run: null };
        return { run: { workflow_run_id: 7, status, user: 'ada', alive: 'LBIORCH'.includes(status) } };
      }
      default:
        throw new FakeFailure(404);
    }
  };
}

test('workflow pause and continue say what is in force, also when it was so already', async () => {
  const paused = await skep(['workflow', 'pause', '-w', '1'], { answer: hive() });
  assert.match(paused.output, /^Workflow 1 is paused: .* skep workflow continue -w 1\n$/);
  const again = await skep(['workflow', 'pause', '-w', '1'], { answer: hive({ changed: false }) });
  assert.match(again.output, /^Workflow 1 was paused already: /);
  const on = await skep(['workflow', 'continue', '-w', '1'], { answer: hive() });
  assert.equal(on.output, 'Workflow 1 continues: it may have 40 tasks active at once.\n');
  const off = await skep(['workflow', 'continue', '-w', '1', '--json'], { answer: hive({ changed: false }) });
  assert.deepEqual(JSON.parse(off.output), { workflow_id: 1, paused: false, limit: 40, changed: false });
});

test('workflow stop tells the live run, waits and says how it ended', async () => {
  const cold = await skep(['workflow', 'stop', '-w', '1'], { answer: hive({ runs: ['R', 'C', 'C', 'T'] }) });
  assert.equal(cold.code, 0);
  const told = cold.requests.filter(({ path }) => path.endsWith('/set_resume'));
  assert.deepEqual(told[0]?.body, { reset_running_jobs: true });
  assert.equal(
    cold.output,
    'Workflow 1 has stopped: its run 7 of ada is TERMINATED, 200 of 1,200 tasks done.\n' +
      'To go on:  skep workflow resume -w 1\n',
  );
  const hot = await skep(['workflow', 'stop', '-w', '1', '--hot', '--json'], { answer: hive({ runs: ['R', 'T'] }) });
  assert.deepEqual(hot.requests.find(({ path }) => path.endsWith('/set_resume'))?.body, { reset_running_jobs: false });
  const text = await skep(['workflow', 'stop', '-w', '1', '--hot'], { answer: hive({ runs: ['R', 'T'], running: 2 }) });
  assert.match(text.output, / 200 of 1,200 tasks done, 2 still running\.\n/);
  assert.deepEqual(JSON.parse(hot.output), {
    ...{ workflow_id: 1, was_live: true, workflow_run_id: 7, workflow_run_status: 'T', over: true },
  });
});

test('workflow stop does not wait when told so, and for no longer than its time-out', async () => {
  const answer = hive({ runs: ['R', 'C'] });
  const untold = await skep(['workflow', 'stop', '-w', '1', '--no-wait'], { answer });
  assert.match(untold.output, /^Workflow 1 is told to stop: its run 7 of ada ends as soon/);
  const late = await skep(['workflow', 'stop', '-w', '1', '-t', '0'], { answer: hive({ runs: ['R', 'C'] }) });
  assert.equal(late.code, 1);
  assert.match(late.errors, /^skep: Workflow 1 has not stopped after 0 s: its run 7 is COLD_RESUME\.\n/);
});

test('workflow stop of one that does not run is a sentence and no failure', async () => {
  for (const runs of [['E'], [null]]) {
    const { code, output, requests } = await skep(['workflow', 'stop', '-w', '1'], { answer: hive({ runs }) });
    assert.deepEqual([code, output], [0, 'Workflow 1 has no live run: it is HALTED.\n']);
    assert.ok(requests.every(({ method }) => method === 'GET'));
  }
});

test('what cannot be is refused with one sentence that names it', async () => {
  for (const verb of ['pause', 'continue', 'stop']) {
    const unknown = await skep(['workflow', verb, '-w', '2'], { answer: hive() });
    assert.match(unknown.errors, /^skep: Workflow 2 does not exist\.\n/);
    const plain = await skep(['workflow', verb, '-w', '1'], { answer: hive({ extended: false }) });
    assert.match(plain.errors, /^skep: The server has the compatible routes alone and cannot /);
    const typo = await skep(['workflow', verb, '-w', 'one'], { answer: hive() });
    assert.match(typo.errors, /'one' is invalid/);
    assert.deepEqual([unknown.code, plain.code, typo.code], [1, 1, 2]);
  }
  const both = await skep(['workflow', 'stop', '-w', '1', '--hot', '--cold'], { answer: hive() });
  assert.match(both.errors, /'--(cold|hot)'.*'--(cold|hot)'/);
  assert.equal(both.code, 2);
  const resume = await skep(['workflow', 'resume', '-w', '1', '--hot', '--cold'], { answer: hive() });
  assert.match(resume.errors, /'--(cold|hot)'.*'--(cold|hot)'/);
});
