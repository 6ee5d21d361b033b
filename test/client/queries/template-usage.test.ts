import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { taskTemplateResources } from '../../../src/client/queries/template-usage.ts';
import { fakeTransport } from '../../support/fake-transport.ts';

test('what narrows is sent as text; what does not is left out', async () => {
  const stats = { num_tasks: 3, min_mem: '300B' };
  const transport = fakeTransport(() => ({ formatted_stats: stats }));
  const requester = new Requester({ transport });
  assert.deepEqual(await taskTemplateResources(requester, 1), stats);
  const options = { workflows: [4], nodeArgs: { year: [2020, '2021'], sex: 'm', final: true }, ci: 0.95 };
  await taskTemplateResources(requester, 5, options);
  await taskTemplateResources(requester, 5, { workflows: [], nodeArgs: {} });
  assert.deepEqual(
    transport.requests.map(({ body }) => body),
    [
      { task_template_version_id: 1 },
      {
        task_template_version_id: 5,
        workflows: [4],
        node_args: { year: ['2020', '2021'], sex: ['m'], final: ['True'] },
        ci: '0.95',
      },
      { task_template_version_id: 5 },
    ],
  );
});
