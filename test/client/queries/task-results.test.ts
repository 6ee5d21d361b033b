import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import type { Transport } from '../../../src/api/transport.ts';
import {
  addTaskAttributes,
  readErrorsOfTasks,
  readTaskErrors,
  readTaskUsage,
} from '../../../src/client/queries/task-results.ts';
import { jsonAnswer, recordingTransport } from '../../support/recording-transport.ts';

const nowhere: Transport = {
  send: () => Promise.reject(new Error('not expected')),
  close: async () => {},
};

/** A server on which tasks with an even id have an error of the task instance ten times as high. */
function requesterOf() {
  const recording = recordingTransport(nowhere, async ({ route }) => {
    await new Promise(setImmediate);
    const [, kind, id] = /^\w+ \/(\w+)\/?(\d*)/.exec(route) ?? [];
    if (kind === 'task_resource_usage') return jsonAnswer({ resource_usage: [2, 'node7', '12', '1234'] });
    if (kind === 'task_instance') {
      return jsonAnswer({ task_instance_error_log: [[Number(id) + 1, '2026-11-23 10:00:00', `failed ${id}`]] });
    }
    if (route === 'PUT /task/bind_task_attributes') return jsonAnswer({});
    const isEven = Number(id) % 2 === 0;
    return jsonAnswer({ error_description: '', task_instance_id: isEven ? Number(id) * 10 : null });
  });
  return { ...recording, requester: new Requester({ transport: recording.transport }) };
}

test('the errors of a task are those of its last failed attempt', async () => {
  const { requester } = requesterOf();
  assert.equal(await readTaskErrors(requester, 3), undefined);
  assert.deepEqual(await readTaskErrors(requester, 4), {
    taskInstanceId: 40,
    errorLog: [{ id: 41, time: '2026-11-23 10:00:00', description: 'failed 40' }],
  });
});

test('errors of many tasks: exactly as many as wanted, in order, few requests at a time, and no more than needed', async () => {
  const { requester, requests, mostInFlight } = requesterOf();
  const ids = Array.from({ length: 200 }, (_, index) => index + 1);
  const errors = await readErrorsOfTasks(requester, ids, 3);
  assert.deepEqual([...errors.keys()], [2, 4, 6]);
  assert.equal(mostInFlight(), 8);
  assert.ok(requests.length < 40, `${requests.length} requests`);
  assert.equal((await readErrorsOfTasks(requester, ids, 1)).size, 1);
  assert.equal((await readErrorsOfTasks(requester, ids, Number.POSITIVE_INFINITY)).size, 100);
});

test('usage arrives as text and is given as numbers; without a done attempt all is null', async () => {
  const { requester } = requesterOf();
  assert.deepEqual(await readTaskUsage(requester, 1), { attempts: 2, nodeName: 'node7', runtime: 12, memory: 1234 });
  const nothing = recordingTransport(nowhere, () => jsonAnswer({ resource_usage: [null, null, null, null] }));
  assert.deepEqual(await readTaskUsage(new Requester({ transport: nothing.transport }), 1), {
    attempts: null,
    nodeName: null,
    runtime: null,
    memory: null,
  });
});

test('attributes of the running task go to its id, as text; without one nothing is sent', async () => {
  const { requester, requests } = requesterOf();
  await addTaskAttributes(requester, { rounds: 3, note: null }, '17');
  assert.deepEqual(requests.at(-1)?.body, { task_attributes: { 17: { rounds: '3', note: null } } });
  for (const id of ['', 'x', 0, undefined]) {
    await assert.rejects(addTaskAttributes(requester, { a: 1 }, id), { code: 'argument_invalid' });
  }
  assert.equal(requests.length, 1);
});
