import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Served } from '../served.ts';

test('clusters and queues are found by name; unknown ones are null', async (context) => {
  const served = await Served.open(context);
  assert.deepEqual(await served.ask('GET', '/cluster/multiprocess'), {
    cluster: [3, 'multiprocess', 'multiprocess', null],
  });
  assert.deepEqual(await served.ask('GET', '/cluster/nowhere'), { cluster: null });
  assert.deepEqual(await served.ask('GET', '/cluster/3/queue/null.q'), { queue: [3, 'null.q', '{"cores": (1,20)}'] });
  assert.deepEqual(await served.ask('GET', '/cluster/9/queue/null.q'), { queue: null });
});

test('resources are stored anew at each request, and read back as they were, with their queue', async (context) => {
  const served = await Served.open(context);
  const requested_resources = { memory: 1.5, stdout: '/tmp', flag: true, nothing: null };
  const body = { queue_id: 3, task_resources_type_id: 'O', requested_resources };
  assert.equal(await served.ask('POST', '/task/bind_resources', body), 1);
  assert.equal(await served.ask('POST', '/task/bind_resources', body), 2);
  assert.deepEqual(await served.ask('POST', '/task_resources/2'), { requested_resources, queue_name: 'null.q' });
});

test('resources without a queue, without content, written by others, or unknown are read too', async (context) => {
  const served = await Served.open(context);
  await served.ask('POST', '/task/bind_resources', { queue_id: null, task_resources_type_id: 'O' });
  assert.deepEqual(await served.ask('POST', '/task_resources/1', {}), { requested_resources: null, queue_name: null });
  await served.database.write(({ db }) =>
    db.updateTable('task_resources').set({ requested_resources: "{'memory': 2, 'flag': True, 'x': None}" }).execute(),
  );
  const { requested_resources } = await served.ask('POST', '/task_resources/1', {});
  assert.deepEqual(requested_resources, { memory: 2, flag: true, x: null });
  assert.deepEqual(await served.ask('POST', '/task_resources/9', {}), { requested_resources: null, queue_name: null });
});
