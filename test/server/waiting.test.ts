import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createServer } from '../../src/server/app.ts';
import { World } from './world.ts';

test('a request that waits for changes ends with its client, and with the server', async (context) => {
  const world = await World.open();
  context.after(() => world.close());
  const workflow = await world.run(await world.bind());
  const { app, services, close } = await createServer({ ...world.services, token: '' });
  const { feed } = services;
  const started = new EventTarget();
  const wait = feed.wait.bind(feed);
  let ended: Promise<void> = Promise.resolve();
  feed.wait = (...request) => {
    const [, , signal] = request;
    if (signal.aborted) return wait(...request); // A last look on the way out.
    ended = wait(...request);
    started.dispatchEvent(new Event('wait'));
    return ended;
  };
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const cursor = (
    await world.call('getTaskInstanceChanges', { workflow_run_id: workflow.runId }, { cursor: 0, wait_seconds: 0 })
  ).cursor;
  const ask = (signal: AbortSignal) =>
    fetch(`${url}/api/skep/workflow_run/${workflow.runId}/task_instance_changes`, {
      method: 'POST',
      body: JSON.stringify({ cursor, wait_seconds: 60 }),
      signal,
    });

  const leaving = new AbortController();
  const begun = once(started, 'wait');
  const left = assert.rejects(ask(leaving.signal), { name: 'AbortError' });
  await begun;
  leaving.abort();
  await left;
  await ended; // Long before the 60 seconds are over, or the test times out.

  const begunAgain = once(started, 'wait');
  const answer = ask(new AbortController().signal);
  await begunAgain;
  await close();
  const { status, ok } = await answer;
  assert.deepEqual([status, ok], [200, true]);
});
