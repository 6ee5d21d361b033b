import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import {
  forceCleanupKillSelf,
  resetTaskStatuses,
  setWorkflowResume,
  waitForWorkflowResume,
} from '../../../src/client/control/resume.ts';
import { fakeTransport } from '../../support/fake-transport.ts';

/** A server on which a workflow can be resumed at the given question. */
function server(resumableAt = 1) {
  let questions = 0;
  const transport = fakeTransport(({ path }) => {
    if (path.endsWith('/is_resumable')) {
      questions++;
      return { workflow_is_resumable: questions >= resumableAt, pending_kill_self: questions < resumableAt ? 2 : 0 };
    }
    if (path.endsWith('/force_cleanup_kill_self')) return { num_cleaned_up: 2, num_workflow_runs_finalized: 1 };
    return {};
  });
  return { transport, requester: new Requester({ transport }) };
}

test('the live run is told to stop, and awaited', async () => {
  const { transport, requester } = server(2);
  await setWorkflowResume(requester, 4, { resetRunningJobs: false });
  assert.deepEqual(transport.lines, [
    'POST /v3/workflow/4/set_resume',
    'GET /v3/workflow/4/is_resumable',
    'GET /v3/workflow/4/is_resumable',
  ]);
  assert.deepEqual(transport.requests[0]?.body, { reset_running_jobs: false });
});

test('tasks are reset once nothing runs any more', async () => {
  const { transport, requester } = server(2);
  await resetTaskStatuses(requester, 4, { forceCleanup: true });
  assert.deepEqual(transport.lines, [
    'GET /v3/workflow/4/is_resumable',
    'POST /v3/workflow/4/force_cleanup_kill_self',
    'GET /v3/workflow/4/is_resumable',
    'POST /v3/task/4/set_resume_state',
  ]);
  assert.deepEqual(transport.requests.at(-1)?.body, { reset_if_running: true });
});

test('waiting has an end', async () => {
  const { requester } = server(Number.POSITIVE_INFINITY);
  await assert.rejects(waitForWorkflowResume(requester, 4, { resumeTimeout: 0 }), {
    code: 'workflow_not_resumable',
    message: /4 .* 2 task instances/,
  });
});

test('those that were ordered to die are given up', async () => {
  assert.equal(await forceCleanupKillSelf(server().requester, 4), 2);
});
