import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { concurrencyLimit, workflowReset } from '../../../src/client/control/workflow.ts';
import { fakeTransport } from '../../support/fake-transport.ts';

const requesterWith = (answer: object) => {
  const transport = fakeTransport(() => answer);
  return { transport, requester: new Requester({ transport }) };
};

test('a workflow is reset if its newest run is a failed one of the user', async () => {
  const { transport, requester } = requesterWith({ workflow_run_id: 5 });
  assert.equal(await workflowReset(requester, 2, { partial: true, user: 'ann' }), true);
  assert.deepEqual(transport.lines, ['GET /v3/workflow/2/validate_for_workflow_reset/ann', 'PUT /v3/workflow/2/reset']);
  assert.deepEqual(transport.requests[1]?.body, { partial_reset: true });
});

test('otherwise nothing is changed', async () => {
  const { transport, requester } = requesterWith({ workflow_run_id: null });
  assert.equal(await workflowReset(requester, 2), false);
  assert.equal(transport.requests.length, 1);
});

test('a limit is sent, and none that is no limit', async () => {
  const { transport, requester } = requesterWith({ message: 'changed' });
  assert.equal(await concurrencyLimit(requester, 2, 0), 'changed');
  assert.deepEqual(transport.requests[0]?.body, { max_tasks: 0 });
  for (const limit of [-1, 1.5, Number.NaN]) {
    await assert.rejects(concurrencyLimit(requester, 2, limit), { code: 'argument_invalid' });
  }
  assert.equal(transport.requests.length, 1);
});
