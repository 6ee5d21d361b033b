import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../../src/client/binding/caller.ts';
import { makeWay } from '../../../src/client/run/resume.ts';
import type { Clock } from '../../../src/core/clock.ts';

/** A server that answers `is_resumable` from a list (the last answer for ever), and a clock that only sleeping moves. */
function world(answers: { resumable: boolean; pending?: number }[], cleaned = 0) {
  const sent: string[] = [];
  const waits: number[] = [];
  let now = 0;
  const caller: Caller = {
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
    async call(route, input: any): Promise<any> {
      sent.push(`${route.path.split('/').at(-1)} ${JSON.stringify(input.body ?? null)}`);
      if (route.path.endsWith('/force_cleanup_kill_self')) {
        return { num_cleaned_up: cleaned, num_workflow_runs_finalized: 0 };
      }
      if (!route.path.endsWith('/is_resumable')) return {};
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return { workflow_is_resumable: answer?.resumable, pending_kill_self: answer?.pending ?? 0 };
    },
  };
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after: () => () => {},
    async sleep(milliseconds) {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
  const go = (options: { cold?: boolean; timeout?: number; forceCleanup?: boolean } = {}) =>
    makeWay(caller, { workflowId: 5, cold: true, timeout: 300, forceCleanup: false, clock, ...options });
  return { go, sent, waits };
}

test('a workflow without a live run is resumable at once, without any wait', async () => {
  const { go, sent, waits } = world([{ resumable: true }]);
  await go({ timeout: 0 });
  assert.deepEqual(sent, ['set_resume {"reset_running_jobs":true}', 'is_resumable null']);
  assert.deepEqual(waits, []);
});

test('hot resume says so', async () => {
  const { go, sent } = world([{ resumable: true }]);
  await go({ cold: false });
  assert.equal(sent[0], 'set_resume {"reset_running_jobs":false}');
});

test('waits double from a tenth of a second to five seconds', async () => {
  const { go, waits } = world([...Array(8).fill({ resumable: false }), { resumable: true }]);
  await go();
  assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test('after the timeout it is not resumable; the last wait ends with the timeout', async () => {
  const { go, waits } = world([{ resumable: false, pending: 2 }]);
  await assert.rejects(go({ timeout: 1 }), {
    code: 'workflow_not_resumable',
    message: 'Workflow 5 cannot be resumed after 1 s: 2 task instances still have to die.',
  });
  assert.equal(
    waits.reduce((sum, wait) => sum + wait),
    1000,
  );
});

test('forced clean-up asks again at once when it changed something, and waits when it did not', async () => {
  const effective = world([{ resumable: false, pending: 2 }, { resumable: true }], 2);
  await effective.go({ forceCleanup: true });
  assert.deepEqual(effective.waits, []);
  const vain = world([{ resumable: false, pending: 2 }, { resumable: true }], 0);
  await vain.go({ forceCleanup: true });
  assert.deepEqual(vain.waits, [100]);
  const notAsked = world([{ resumable: false, pending: 2 }, { resumable: true }], 2);
  await notAsked.go();
  assert.ok(!notAsked.sent.some((request) => request.startsWith('force')));
});
