import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer, type Server } from '../../../src/server/app.ts';
import { type RunningWorkflow, World } from '../world.ts';

let world: World;
let server: Server;
let workflow: RunningWorkflow;
before(async () => {
  world = await World.open();
  server = await createServer({ ...world.services, token: '' });
  workflow = await world.run(await world.bind({ tasks: 8 }));
});
after(async () => {
  await server.close();
  await world.close();
});

async function ask(query: string) {
  const url = `/api/skep/workflow/${workflow.workflowId}/progress?${query}`;
  const answer = await server.app.inject({ method: 'GET', url });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
}

/** Counts the requests that begin to wait. */
function countedWaits({ services: { feed } }: Server) {
  const wait = feed.wait.bind(feed);
  let count = 0;
  let reached: (() => void) | undefined;
  feed.wait = (...parts) => {
    count++;
    reached?.();
    return wait(...parts);
  };
  return {
    reach: (wanted: number) =>
      new Promise<void>((resolve) => {
        reached = () => count >= wanted && resolve();
        reached();
      }),
  };
}

/** In one commit. */
const setLimit = (limit: number) =>
  world.call('setWorkflowConcurrency', { workflow_id: workflow.workflowId }, { max_tasks: limit });

test('who knows how a workflow stands is answered when that changes, and with the change', async () => {
  const { revision } = await ask('');
  let isAnswered = false;
  const waits = countedWaits(server);
  const waiting = ask(`after=${revision}&wait=30`).then((answer) => {
    isAnswered = true;
    return answer;
  });
  await waits.reach(1);
  await new Promise((resume) => setTimeout(resume, 50));
  assert.equal(isAnswered, false);
  await setLimit(71);
  const news = await waiting;
  assert.ok(news.revision > revision);
  assert.equal(news.max_concurrently_running, 71);
});

test('whoever is behind is answered without waiting for a change', async () => {
  const { revision } = await ask('');
  await world.attempt(workflow, 'R', workflow.taskIds.slice(0, 1));
  const news = await ask(`after=${revision}&wait=30`);
  assert.equal(news.workflow.counts.RUNNING, 1);
});

test('without news the answer comes when the time is up, or at once where nobody wants to wait', async () => {
  const { revision } = await ask('');
  assert.equal((await ask(`after=${revision}&wait=1`)).revision, revision);
  assert.equal((await ask(`after=${revision}`)).revision, revision);
});

test('fifty who wait are answered from a few looks at the tasks', async () => {
  const { revision } = await ask('');
  const heavy = world.services.database.readHeavy.bind(world.services.database);
  let looks = 0;
  world.services.database.readHeavy = (work) => {
    looks++;
    return heavy(work);
  };
  const waits = countedWaits(server);
  const waiting = Promise.all(Array.from({ length: 50 }, () => ask(`after=${revision}&wait=30`)));
  await waits.reach(50);
  await setLimit(72);
  const answers = await waiting;
  world.services.database.readHeavy = heavy;
  assert.deepEqual(new Set(answers.map((answer) => answer.max_concurrently_running)), new Set([72]));
  // One, and some more for those who hear of it later because the machine is busy.
  assert.ok(looks <= 5, `${looks} looks`);
});

test('the end of the server ends the wait', async (context) => {
  const other = await createServer({ ...world.services, token: '' });
  context.after(() => other.close());
  const address = await other.app.listen({ host: '127.0.0.1', port: 0 });
  const { revision } = await ask('');
  const url = `${address}/api/skep/workflow/${workflow.workflowId}/progress?after=${revision}&wait=60`;
  const waits = countedWaits(other);
  const waiting = fetch(url);
  await waits.reach(1);
  await other.close();
  assert.equal((await waiting).status, 200);
});

test('a wait of no sensible length is refused by name', async () => {
  for (const query of ['after=1&wait=-1', 'after=1&wait=61', 'after=x', 'after=-3']) {
    const url = `/api/skep/workflow/${workflow.workflowId}/progress?${query}`;
    const answer = await server.app.inject({ method: 'GET', url });
    assert.equal(answer.statusCode, 422, query);
    assert.match(answer.body, /after|wait/);
  }
});
