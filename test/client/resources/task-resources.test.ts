import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceScales } from '../../../src/client/resources/scales.ts';
import { TaskResources } from '../../../src/client/resources/task-resources.ts';
import { FakeFailure, fakeTransport } from '../../support/fake-transport.ts';
import { makeQueue, makeRequester } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const queue = makeQueue();

test('memory and runtime are converted, the queue is dropped, the rest stays, the input is not touched', () => {
  const requested = { memory: '2T', runtime: '1h', cores: 4, project: 'x', queue: 'all.q', gpus: undefined };
  const resources = new TaskResources(requested, queue);
  assert.deepEqual(resources.requestedResources, { memory: 2048, runtime: 3600, cores: 4, project: 'x' });
  assert.equal(requested.memory, '2T');
  assert.throws(() => new TaskResources({ memory: [1] }, queue), { code: 'memory_malformed' });
  assert.throws(() => new TaskResources({ runtime: '1d' }, queue), { code: 'runtime_malformed' });
});

test('equal requests have equal keys whatever the order; another queue or value does not', () => {
  const key = (requested: Record<string, unknown>, on = queue) => new TaskResources(requested, on).key;
  assert.equal(key({ cores: 1, memory: 2, o: { a: 1, b: 2 } }), key({ o: { b: 2, a: 1 }, memory: '2', cores: 1 }));
  assert.notEqual(key({ cores: 1 }), key({ cores: 2 }));
  assert.notEqual(key({ cores: 1 }), key({ cores: 1 }, makeQueue('long.q')));
});

test('binding asks once for callers that come together, and again after a failure', async () => {
  let failing = true;
  const transport = fakeTransport(() => {
    if (failing) throw new FakeFailure(400);
    return 42;
  });
  const requester = makeRequester(transport, new VirtualClock());
  const resources = new TaskResources({ memory: 2 }, queue);
  await assert.rejects(resources.bind(requester), { code: 'request_refused' });
  assert.equal(resources.isBound, false);
  failing = false;
  assert.deepEqual(await Promise.all([resources.bind(requester), resources.bind(requester)]), [42, 42]);
  assert.equal(resources.id, 42);
  assert.equal(transport.requests.length, 2);
  const body = { queue_id: 2, task_resources_type_id: 'O', requested_resources: { memory: 2 } };
  assert.deepEqual(transport.requests[1]?.body, body);
});

test('coercing keeps the object where nothing changes', () => {
  const limited = makeQueue('all.q', { memory: [1, 10] }, 'slurm');
  const fitting = new TaskResources({ memory: 10 }, limited);
  assert.equal(fitting.coerced(), fitting);
  const large = new TaskResources({ memory: 11 }, limited);
  assert.deepEqual(large.coerced().requestedResources, { memory: 10 });
  assert.equal(large.coerced(), large.coerced());
});

test('an adjusted request goes to the first queue that accepts it', () => {
  const [small, medium, large] = [10, 50, 500].map((most) => makeQueue(`${most}.q`, { memory: [1, most] }, 'slurm'));
  assert.ok(small && medium && large);
  const adjusted = new TaskResources({ memory: 40 }, small).adjusted(ResourceScales.from(), [medium, large]);
  assert.equal(adjusted.queue, large);
  assert.deepEqual(adjusted.requestedResources, { memory: 60 });
  assert.deepEqual(adjusted.adjusted(ResourceScales.from(), []).requestedResources, { memory: 90 });
});

test('where no queue accepts it, an adjusted request is what the last one can give', () => {
  const [small, medium] = [10, 50].map((most) => makeQueue(`${most}.q`, { memory: [1, most] }, 'slurm'));
  assert.ok(small && medium);
  const adjusted = new TaskResources({ memory: 40 }, small).adjusted(ResourceScales.from(), [medium]);
  assert.equal(adjusted.queue, medium);
  assert.deepEqual(adjusted.requestedResources, { memory: 50 });
  assert.equal(adjusted.adjusted(ResourceScales.from(), []), adjusted);
});

test('an adjustment that changes nothing keeps the object and its id', () => {
  const resources = new TaskResources({ cores: 4 }, queue);
  resources.id = 7;
  assert.equal(resources.adjusted(ResourceScales.from(), []), resources);
});

test('scaled memory is whole GiB again', () => {
  const scales = ResourceScales.from({ memory: (value: number) => value * 1.25 });
  assert.deepEqual(new TaskResources({ memory: 3 }, queue).adjusted(scales, []).requestedResources, { memory: 3 });
});
