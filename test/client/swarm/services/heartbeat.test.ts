import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeartbeatResponse } from '../../../../src/client/swarm/answers.ts';
import { HeartbeatService } from '../../../../src/client/swarm/services/heartbeat.ts';
import type { StateUpdate } from '../../../../src/client/swarm/state-update.ts';
import { silentLog } from '../../../../src/core/log.ts';
import type { WorkflowRunStatus } from '../../../../src/core/status.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

function service(answer: () => WorkflowRunStatus | Promise<HeartbeatResponse>, interval = 30) {
  const clock = new VirtualClock();
  const sent: [WorkflowRunStatus, number][] = [];
  const gateway = {
    async logHeartbeat(status: WorkflowRunStatus, increment: number): Promise<HeartbeatResponse> {
      sent.push([status, increment]);
      const given = answer();
      return typeof given === 'string' ? { status: given } : given;
    },
  };
  const heartbeat = new HeartbeatService({
    ...{ gateway, interval, reportByBuffer: 1.5, initialStatus: 'R', clock, log: silentLog },
  });
  return { clock, sent, heartbeat };
}

test('H1: a new service is not due and increments by interval × buffer', () => {
  const { heartbeat } = service(() => 'R');
  assert.deepEqual([heartbeat.interval, heartbeat.reportByBuffer, heartbeat.status], [30, 1.5, 'R']);
  assert.deepEqual(
    [heartbeat.nextReportIncrement, heartbeat.timeSinceLastHeartbeat, heartbeat.isHeartbeatDue],
    [45, 0, false],
  );
});

test('H2: due when the interval has passed, not before, and not after a reset', async () => {
  const { clock, heartbeat } = service(() => 'R');
  await clock.advance(29_999);
  assert.equal(heartbeat.isHeartbeatDue, false);
  await clock.advance(1);
  assert.equal(heartbeat.isHeartbeatDue, true);
  heartbeat.resetTimer();
  assert.equal(heartbeat.isHeartbeatDue, false);
});

test('H3: a beat sends the present status and tells a changed one', async () => {
  let answer: WorkflowRunStatus = 'O';
  const { clock, sent, heartbeat } = service(() => answer);
  heartbeat.setStatus('O');
  await clock.advance(40_000);
  assert.equal((await heartbeat.tick()).isEmpty, true);
  assert.equal(heartbeat.timeSinceLastHeartbeat, 0);
  answer = 'C';
  assert.equal((await heartbeat.tick()).workflowRunStatus, 'C');
  assert.equal(heartbeat.status, 'C');
  assert.deepEqual(sent, [
    ['O', 45],
    ['O', 45],
  ]);
});

test('a failed beat raises and leaves the time', async () => {
  const { clock, heartbeat } = service(() => Promise.reject(new Error('away')));
  await clock.advance(10_000);
  await assert.rejects(heartbeat.tick(), /away/);
  assert.equal(heartbeat.timeSinceLastHeartbeat, 10);
});

test('an answer to a beat that was sent before the status changed here is not believed', async () => {
  let answer: (value: HeartbeatResponse) => void = () => {};
  const { heartbeat } = service(() => new Promise((resolve) => (answer = resolve)));
  heartbeat.setStatus('O');
  const beat = heartbeat.tick();
  heartbeat.setStatus('R');
  answer({ status: 'O' });
  assert.equal((await beat).isEmpty, true);
  assert.equal(heartbeat.status, 'R');
});

test('H4: the background loop beats once an interval, tells news, outlasts failures, and stops at once', async () => {
  const answers: (WorkflowRunStatus | 'fail')[] = ['R', 'fail', 'R', 'C'];
  const { clock, sent, heartbeat } = service(() => {
    const answer = answers.shift() ?? 'C';
    return answer === 'fail' ? Promise.reject(new Error('away')) : answer;
  });
  const stop = new AbortController();
  const updates: StateUpdate[] = [];
  const running = heartbeat.runBackground(stop.signal, (update) => updates.push(update));
  await clock.advance(29_999);
  assert.equal(sent.length, 0);
  await clock.advance(1);
  assert.equal(sent.length, 1);
  await clock.advance(30_000);
  assert.equal(sent.length, 2);
  await clock.advance(5000);
  assert.equal(sent.length, 3, 'a failed beat is repeated soon');
  await clock.advance(30_000);
  assert.deepEqual(
    updates.map(({ workflowRunStatus }) => workflowRunStatus),
    ['C'],
  );
  stop.abort();
  await running;
  assert.equal(clock.pending, 0);
});

test('a status change resets nothing: beats keep their pace, also with an interval of 0', async () => {
  const { clock, sent, heartbeat } = service(() => 'R', 0);
  const stop = new AbortController();
  const running = heartbeat.runBackground(stop.signal);
  await clock.advance(1000);
  assert.ok(sent.length >= 5 && sent.length <= 10, `${sent.length} beats`);
  stop.abort();
  await running;
});
