import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setWorkflowLimit } from '../../../src/server/operations/concurrency.ts';
import { continueWorkflow, pausedAmong, pauseWorkflow } from '../../../src/server/operations/pause.ts';
import { bindWorkflow } from '../../../src/server/operations/workflows.ts';
import { World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

const pause = (id: number) => world.services.database.write((unit) => pauseWorkflow(unit, id));
const resume = (id: number) => world.services.database.write((unit) => continueWorkflow(unit, id));
const limit = (id: number, to: number) => world.services.database.write((unit) => setWorkflowLimit(unit, id, to));
const inForce = (id: number) =>
  world.services.database.read(async ({ db }) => {
    const workflow = await db
      .selectFrom('workflow')
      .select('max_concurrently_running as limit')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return workflow.limit;
  });

test('a pause is a limit of 0, and its end restores what was in force; both may be repeated', async () => {
  const { workflowId: id } = await world.bind();
  assert.deepEqual(await pause(id), { isPaused: true, limit: 100, isChanged: true });
  assert.deepEqual(await pause(id), { isPaused: true, limit: 100, isChanged: false });
  assert.equal(await inForce(id), 0);
  assert.deepEqual(await world.services.database.read((unit) => pausedAmong(unit, [id, 99_999])), [id]);
  assert.deepEqual(await resume(id), { isPaused: false, limit: 100, isChanged: true });
  assert.deepEqual(await resume(id), { isPaused: false, limit: 100, isChanged: false });
  assert.equal(await inForce(id), 100);
  assert.deepEqual(await world.services.database.read((unit) => pausedAmong(unit, [id])), []);
});

test('a limit that is set meanwhile waits for the end of the pause; another pause is none to go back to', async () => {
  const { workflowId: id } = await world.bind();
  await pause(id);
  assert.deepEqual(await limit(id, 7), { isPaused: true });
  assert.equal(await inForce(id), 0);
  assert.deepEqual(await limit(id, 0), { isPaused: true });
  await pause(id);
  assert.equal((await resume(id)).limit, 7);
  assert.equal(await inForce(id), 7);
  assert.deepEqual(await limit(id, 9), { isPaused: false });
  assert.equal(await inForce(id), 9);
});

test('a workflow that is bound again stays paused, and continues with the limit of its new description', async () => {
  const { workflowId: id } = await world.bind();
  const { workflow_args_hash: argsHash } = await world.services.database.read(({ db }) =>
    db.selectFrom('workflow').select('workflow_args_hash').where('id', '=', id).executeTakeFirstOrThrow(),
  );
  await pause(id);
  const request = {
    ...{ toolVersionId: 1, dagId: 1, argsHash, taskHash: '1', description: null, name: 'bread', args: 'one' },
    ...{ maxConcurrentlyRunning: 40, attributes: {} },
  };
  assert.equal((await world.services.database.write((unit) => bindWorkflow(unit, request))).id, id);
  assert.equal(await inForce(id), 0);
  assert.equal((await resume(id)).limit, 40);
});

test('what was set to 0 without a pause has no other limit to continue with; nothing changes then', async () => {
  const { workflowId: id } = await world.bind();
  await limit(id, 0);
  await assert.rejects(resume(id), { code: 'transition_refused', message: /limit was set to 0/ });
  await pause(id);
  await assert.rejects(resume(id), { code: 'transition_refused' });
  await limit(id, 3);
  assert.equal(await inForce(id), 0);
  assert.equal((await resume(id)).limit, 3);
});

test('an unknown workflow is named', async () => {
  await assert.rejects(pause(99_999), { code: 'not_found', message: /99999/ });
  await assert.rejects(resume(99_999), { code: 'not_found', message: /99999/ });
  assert.equal(await limit(99_999, 1), undefined);
});
