import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DistributorRequest, startDistributor } from '../../../src/client/run/distributor-process.ts';
import { createLog } from '../../../src/core/log.ts';
import { systemProcesses } from '../../../src/core/process.ts';

const fake = join(import.meta.dirname, 'fake-distributor.js');

function start(manner: string, request: Partial<DistributorRequest> = {}) {
  return startDistributor({
    clusterName: 'multiprocess',
    workflowId: 3,
    workflowRunId: 7,
    environment: { ...process.env, SKEP__HTTP__SERVICE_URL: 'http://here' },
    command: [process.execPath, fake, manner],
    ...request,
  });
}

test('it is ready when it says ALIVE, in two pieces and among other text; it gets its options and ends in order', async () => {
  const lines: string[] = [];
  const log = createLog('test', 'info', { write: (line) => lines.push(JSON.parse(line).line) });
  const distributor = await start('good', { log });
  assert.ok(distributor.alive());
  assert.ok(await distributor.stop());
  assert.ok(!distributor.alive());
  assert.ok(await distributor.stop(), 'stopping again does nothing');
  const options = '["start","--cluster_name","multiprocess","--workflow_run_id","7"]';
  assert.equal(lines[0], `{"options":${options},"url":"http://here"}`);
  assert.match(distributor.tail(), /more noise/);
});

test('one that ends at once fails the start at once, with its status and what it wrote', async () => {
  await assert.rejects(start('fails', { startupTimeout: 600 }), {
    code: 'distributor_startup',
    message:
      'The distributor for cluster multiprocess ended with status 3 before it was ready. It wrote: cannot reach the cluster',
  });
});

test('one that never gets ready is ended after the timeout', async () => {
  await assert.rejects(start('silent', { startupTimeout: 0.2 }), {
    code: 'distributor_startup',
    message: /was not ready after 0\.2 s\./,
  });
});

test('a program that does not exist is an error of the start', async () => {
  await assert.rejects(start('', { command: ['/does/not/exist'] }), {
    code: 'distributor_startup',
    message: /cannot be started: .*ENOENT/,
  });
});

test('one that ignores the signal is killed, and that is told', async () => {
  const distributor = await start('deaf', { stopTimeout: 0.3 });
  assert.equal(await distributor.stop(), false);
  assert.ok(!distributor.alive());
  assert.match(distributor.tail(), /no/);
});

test('one that writes more than a pipe holds is not blocked, and the end of it is kept', async () => {
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const log = createLog('test', 'info', { write: (line) => line.includes('the last line') && resolve() });
  const distributor = await start('chatty', { log });
  await written;
  assert.match(distributor.tail(), /the last line/);
  assert.ok(distributor.tail().length <= 4000);
  assert.ok(await distributor.stop());
});

test('one that dies after it was ready is seen to be dead', async () => {
  const distributor = await start('dies');
  while (distributor.alive()) await new Promise(setImmediate);
  assert.equal(await distributor.stop(), false);
  assert.match(distributor.tail(), /about to die\n.*out of memory/);
  assert.doesNotMatch(distributor.tail(), /Launched/, 'what it logged in passing');
});

test('what a disorderly end leaves in its group is killed, and does not hold up the stop', async () => {
  const distributor = await start('leaves a child');
  const child = Number(/child (\d+)/.exec(distributor.tail())?.[1]);
  assert.ok(systemProcesses.identify(child), 'the child lives');
  assert.equal(await distributor.stop(), false);
  // The signal was sent; the child may need a moment to die of it.
  while (systemProcesses.identify(child)) await new Promise(setImmediate);
});

test('stopping the run while the distributor starts ends it', async () => {
  const stop = new AbortController();
  const starting = start('silent', { signal: stop.signal });
  stop.abort();
  await assert.rejects(starting, { code: 'run_interrupted' });
});
