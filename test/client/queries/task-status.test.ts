import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import type { Transport } from '../../../src/api/transport.ts';
import { getFilepaths, taskStatus } from '../../../src/client/queries/task-status.ts';
import { fakeTransport } from '../../support/fake-transport.ts';
import { jsonAnswer } from '../../support/recording-transport.ts';

test('attempts of many tasks are asked for in addresses that servers read', async () => {
  const lengths: number[] = [];
  const transport: Transport = {
    async send({ url }) {
      lengths.push(url.length);
      const ids = new URL(url, 'http://server').searchParams.getAll('task_ids');
      const column = Object.fromEntries(ids.map((id, index) => [index, Number(id)]));
      return jsonAnswer({ task_instance_status: JSON.stringify({ TASK_ID: column }) });
    },
    async close() {},
  };
  const ids = Array.from({ length: 1200 }, (_, index) => 1_000_000 + index);
  const rows = await taskStatus(new Requester({ transport }), ids, { statuses: ['done'] });
  assert.deepEqual(
    rows.map(({ TASK_ID: id }) => id),
    ids,
  );
  assert.equal(lengths.length, 3);
  assert.ok(Math.max(...lengths) < 12_000);
  assert.deepEqual(await taskStatus(new Requester({ transport }), []), []);
});

test('files are asked for with all names, empty ones too', async () => {
  const row = { TASK_ID: 1, TASK_NAME: 'a', ARRAY_NAME: 't', TASK_INSTANCE_ID: 2, OUTPUT_PATH: '/o', ERROR_PATH: '' };
  const transport = fakeTransport(() => ({ array_tasks: [row] }));
  const requester = new Requester({ transport });
  assert.deepEqual(await getFilepaths(requester, 4), [row]);
  await getFilepaths(requester, 4, { arrayName: 't', jobName: 'a', limit: 0 });
  const [usual, narrow] = transport.requests.map(({ path, query }) => [
    path,
    query.array_name,
    query.job_name,
    query.limit,
  ]);
  assert.deepEqual(usual, ['/v3/array/4/get_array_tasks', '', '', '5']);
  assert.deepEqual(narrow, ['/v3/array/4/get_array_tasks', 't', 'a', '0']);
});
