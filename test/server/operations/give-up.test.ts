import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type GivenUp, giveUp, notePendingReasons, pendingReasonsOf } from '../../../src/server/operations/give-up.ts';
import { type RunningWorkflow, World } from '../world.ts';

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

/** What Slurm says of a lost node. */
const LOST: GivenUp = {
  status: 'U',
  error: 'Slurm lost the node.',
  attributes: {},
  sparesTry: true,
  unlessStarted: false,
};

function give(...given: [id: number, fields?: Partial<GivenUp>][]) {
  const all = new Map(given.map(([id, fields]) => [id, { ...LOST, ...fields }]));
  return world.services.database.write((unit) => giveUp(unit, all));
}

/** An attempt whose end is given up, and the tries that its task has used afterwards. */
async function attemptGivenUp(workflow: RunningWorkflow, fields?: Partial<GivenUp>) {
  const [id = 0] = await world.attempt(workflow, 'O');
  await give([id, fields]);
  const { num_attempts } = await world.task(workflow.taskIds[0] as number);
  return { id, pair: await world.pair(id), tries: num_attempts };
}

test('an attempt that the batch system took costs no try, also the last one', async () => {
  const workflow = await world.run(await world.bind({ maxAttempts: 1 }));
  const { id, pair, tries } = await attemptGivenUp(workflow);
  assert.deepEqual([pair, tries], ['U/G', 0]);
  assert.deepEqual(await world.errors(id), ['Slurm lost the node.']);
});

test('what may be wrong counts for an attempt that was launched, and not for one that was allowed to start', async () => {
  const workflow = await world.run(await world.bind({ maxAttempts: 3 }));
  const [started = 0] = await world.attempt(workflow, 'R');
  await give([started, { unlessStarted: true }]);
  assert.deepEqual([await world.pair(started), await world.errors(started)], ['R/R', []]);
  await world.end([started], 'E');
  const { id, pair } = await attemptGivenUp(workflow, { unlessStarted: true });
  assert.deepEqual([pair, await world.errors(id)], ['U/G', ['Slurm lost the node.']]);
});

test('any other end costs its try', async () => {
  const workflow = await world.run(await world.bind({ maxAttempts: 2 }));
  assert.deepEqual((await attemptGivenUp(workflow, { sparesTry: false })).tries, 1);
  const { pair, tries } = await attemptGivenUp(workflow, { status: 'F' });
  assert.deepEqual([pair, tries], ['F/F', 2]);
});

test('ten tries are given back in a run, and the eleventh counts', async () => {
  const workflow = await world.run(await world.bind({ maxAttempts: 2 }));
  for (let lost = 0; lost < 10; lost++) {
    const { pair, tries } = await attemptGivenUp(workflow);
    assert.deepEqual([pair, tries], ['U/G', 0], `loss ${lost + 1}`);
  }
  assert.deepEqual((await attemptGivenUp(workflow)).tries, 1);
  const { pair, tries } = await attemptGivenUp(workflow);
  assert.deepEqual([pair, tries], ['U/F', 2]);
});

test('tries that were used between losses are no losses', async () => {
  const workflow = await world.run(await world.bind({ maxAttempts: 5 }));
  for (let lost = 0; lost < 9; lost++) await attemptGivenUp(workflow);
  const [failed = 0] = await world.attempt(workflow, 'R');
  await world.end([failed], 'E');
  assert.equal((await attemptGivenUp(workflow)).tries, 1, 'the tenth is given back');
  assert.equal((await attemptGivenUp(workflow)).tries, 2);
});

test('the same word twice changes nothing the second time', async () => {
  const workflow = await world.run(await world.bind({ maxAttempts: 3 }));
  const { id } = await attemptGivenUp(workflow);
  const outcomes = await give([id]);
  assert.deepEqual(outcomes.get(id), { before: 'U', after: 'U', moved: false });
  assert.equal((await world.task(workflow.taskIds[0] as number)).num_attempts, 0);
  assert.deepEqual(await world.errors(id), ['Slurm lost the node.']);
});

test('an attempt that has ended by its own report stays as it is, and one that nobody knows is no error', async () => {
  const workflow = await world.run(await world.bind());
  const [id = 0] = await world.attempt(workflow, 'R');
  await world.call('logDone', { task_instance_id: id }, {});
  const outcomes = await give([id], [999_999]);
  assert.equal(await world.pair(id), 'D/D');
  assert.deepEqual([...outcomes.keys()], [id]);
});

test('why tasks wait is shown of those that are launched, the most frequent reason first', async () => {
  const workflow = await world.run(await world.bind({ tasks: 4 }));
  const [one = 0, two = 0, three = 0, started = 0] = await world.attempt(workflow, 'O');
  const given = [one, two, three, started].map((id) => ({ id, reason: id === one ? 'Resources' : 'Priority' }));
  await world.services.database.write((unit) => notePendingReasons(unit, given));
  await world.start([started]);
  const reasons = () => world.services.database.read((unit) => pendingReasonsOf(unit, workflow.workflowId));
  assert.deepEqual(await reasons(), [
    { reason: 'Priority', tasks: 2 },
    { reason: 'Resources', tasks: 1 },
  ]);
  await world.services.database.write((unit) => notePendingReasons(unit, [{ id: one, reason: null }]));
  assert.deepEqual(await reasons(), [{ reason: 'Priority', tasks: 2 }]);
});
