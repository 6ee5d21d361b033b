import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { validateUsername, validateWorkflow } from '../../../src/client/control/permission.ts';
import { fakeTransport } from '../../support/fake-transport.ts';

const answering = (answer: object) => new Requester({ transport: fakeTransport(() => answer) });

test('somebody who ran a workflow may change it, others may not', async () => {
  await validateUsername(answering({ validation: true }), 2, 'ann');
  await assert.rejects(validateUsername(answering({ validation: false }), 2, 'ann'), {
    code: 'not_permitted',
    message: /2 .* ann\.$/,
  });
});

test('tasks may be changed, or the error says why not', async () => {
  await validateWorkflow(answering({ validation: true, workflow_status: 'F' }), [1, 2]);
  const reasons = [
    ['R', /that of these is RUNNING\.$/],
    ['D', /these are of several\.$/],
    [null, /none of these exists\.$/],
  ] as const;
  for (const [status, message] of reasons) {
    const requester = answering({ validation: false, workflow_status: status });
    await assert.rejects(validateWorkflow(requester, [1, 2]), { code: 'invalid_usage', message });
  }
});
