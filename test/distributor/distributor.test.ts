import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { routes } from '../../src/api/routes.ts';
import { readProcessTable } from '../../src/core/process-table.ts';
import { type Bound, type Job, Workplace } from '../support/workplace.ts';

const QUICK = { SKEP__WORKER_NODE__COMMAND_INTERRUPT_TIMEOUT: '0.5' };

interface Started {
  readonly bound: Bound;
  readonly run: number;
  readonly job: Job;
  readonly ids: number[];
}

/** A run with its distributor, all tasks queued. */
async function begin(
  place: Workplace,
  commands: readonly string[],
  { cluster = 'multiprocess', resources = {} } = {},
): Promise<Started> {
  const bound = await place.bind(commands, { resources });
  const run = await place.link(bound);
  const job = await place.distribute(bound, run, cluster);
  await place.moveRun(run, 'R');
  return { bound, run, job, ids: await place.queue(bound, run) };
}

const supervisorOf = ({ program }: Job) => readProcessTable().find(({ parent }) => parent === program.pid)?.pid ?? 0;

/** A command that runs until the file exists. */
const waitFor = (path: string) => `while [ ! -e ${path} ]; do sleep 0.02; done; echo whole`;

for (const extensions of [true, false]) {
  test(`a run from queue to end, ${extensions ? 'with' : 'without'} extension routes`, async (t) => {
    const place = await Workplace.open(t, { extensions });
    const commands = ['true', 'echo out; echo err >&2; exit 3', 'echo $JOBMON_TASK_ID'];
    const resources = { stdout: `${place.directory}/logs` };
    const { bound, run, job, ids } = await begin(place, commands, { resources });
    const [first, second, third] = ids as [number, number, number];
    await place.untilEnded(run);
    assert.equal(await place.pair(first), 'D/D');
    assert.equal(await place.pair(second), 'E/G');
    assert.deepEqual(await place.errors(second), ['The command ended with exit code 3.\nerr']);
    const row = await place.instance(third);
    assert.equal(row.stdout_log, `${bound.taskIds[2]}\n`);
    assert.equal(row.distributor_id, '1_2');
    assert.equal(row.stdout, `${place.directory}/logs/task_2.o1_2`);
    job.program.signal('SIGTERM');
    assert.deepEqual(await job.program.exited, { code: 0, signal: null }, job.stderr());
    assert.match(job.stderr(), /SHUTDOWN/);
  });
}

test('the sequential cluster runs one command after the other, the dummy none', async (t) => {
  const place = await Workplace.open(t);
  const log = `${place.directory}/log`;
  const commands = Array.from({ length: 4 }, () => `echo + >>${log}; sleep 0.05; echo - >>${log}`);
  const sequential = await begin(place, commands, { cluster: 'sequential' });
  await place.untilEnded(sequential.run);
  assert.equal(readFileSync(log, 'utf8').replaceAll('\n', ''), '+-+-+-+-');
  const dummy = await begin(place, [`touch ${place.directory}/ran`], { cluster: 'dummy' });
  await place.untilEnded(dummy.run);
  assert.equal(await place.pair(dummy.ids[0] as number), 'D/D');
  assert.equal(existsSync(`${place.directory}/ran`), false);
});

test('it ends by itself when its run is over, and when its parent is gone, and leaves nothing', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const over = await begin(place, []);
  await place.moveRun(over.run, 'S');
  assert.equal((await over.job.program.exited).code, 0);

  const left = await begin(place, ['sleep 1000 & sleep 1000']);
  await place.until(() => place.marked().length > 0);
  const supervisor = supervisorOf(left.job);
  left.job.program.stdin?.end();
  assert.equal((await left.job.program.exited).code, 0);
  assert.deepEqual(place.marked(), []);
  assert.equal(
    readProcessTable().some(({ pid }) => pid === supervisor),
    false,
  );
  assert.equal(await place.pair(left.ids[0] as number), 'U/G');
});

test('a cluster that nobody knows: a sentence, and no ALIVE', async (t) => {
  const place = await Workplace.open(t);
  const words = ['start', '--cluster_name', 'nowhere', '--workflow_run_id', 1];
  const { program, stderr } = await place.launch('distributor', words);
  assert.equal((await program.closed).code, 2);
  assert.match(stderr(), /Cluster nowhere does not exist\./);
  assert.doesNotMatch(stderr(), /ALIVE/);
});

test('a run that is told to stop cold: what runs is killed, and its last words are kept', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const { run, ids } = await begin(place, ['echo words; sleep 1000']);
  const [id] = ids as [number];
  await place.until(async () => (await place.instance(id)).status === 'R' && place.marked().length > 1);
  await place.moveRun(run, 'C');
  await place.requester.call(routes.terminateTaskInstances, { params: { workflow_run_id: run } });
  await place.untilEnded(run);
  assert.equal(await place.pair(id), 'F/F');
  assert.equal((await place.instance(id)).stdout_log, 'words\n');
  assert.deepEqual(place.marked(), []);
});

test('the supervisor is killed: its commands end, their attempts fail, and a new one runs what follows', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const { bound, run, job, ids } = await begin(place, ['trap "" TERM; sleep 1000; sleep 1000']);
  await place.until(() => place.marked().length > 0);
  process.kill(supervisorOf(job), 'SIGKILL');
  await place.untilEnded(run);
  assert.deepEqual(place.marked(), []);
  assert.equal(await place.pair(ids[0] as number), 'U/G');
  assert.match((await place.errors(ids[0] as number)).join(), /supervisor of the command died \(SIGKILL\)/);
  await place.database.write(async ({ db }) => {
    await db
      .updateTable('task')
      .set({ command: 'true' })
      .where('id', '=', bound.taskIds[0] as number)
      .execute();
  });
  const [again] = (await place.queue(bound, run)) as [number];
  await place.untilEnded(run);
  assert.equal(await place.pair(again), 'D/D');
});

test('the distributor is killed: the supervisor ends everything and says so', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const { run, job } = await begin(place, [
    'sleep 1000',
    'setsid sleep 1000; sleep 1000',
    'trap "" TERM INT; sleep 1000; sleep 1000',
  ]);
  await place.until(() => place.marked().length >= 4);
  const supervisor = supervisorOf(job);
  process.kill(job.program.pid, 'SIGKILL');
  await place.until(() => place.marked().length === 0 && !readProcessTable().some(({ pid }) => pid === supervisor));
  assert.deepEqual(new Set((await place.instances(run)).map(({ status }) => status)), new Set(['U']));
});

test('both are killed: the distributor of the next run ends what was left before it is ready', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const { bound, run, job, ids } = await begin(place, [
    `trap "" TERM; ${waitFor('/never')}`,
    'env -u SKEP_ATTEMPT sleep 1000',
  ]);
  await place.until(() => place.marked().length >= 3);
  const supervisor = supervisorOf(job);
  process.kill(job.program.pid, 'SIGSTOP');
  process.kill(supervisor, 'SIGKILL');
  process.kill(job.program.pid, 'SIGKILL');
  await job.program.exited;
  assert.ok(place.marked().length >= 2, 'the commands live on without anybody');
  await place.moveRun(run, 'E');
  const next = await place.link(bound);
  await place.distribute(bound, next);
  assert.deepEqual(place.marked(), []);
  for (const id of ids) assert.match(await place.pair(id), /^[UF]\//);
});

test('a supervisor that stood still when its distributor died starts nothing any more', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const log = `${place.directory}/log`;
  const commands = [`echo first >>${log}; ${waitFor('/never')}`, `echo second >>${log}`];
  const { bound, run, job } = await begin(place, commands, { cluster: 'sequential' });
  await place.until(() => place.marked().length > 0);
  const supervisor = supervisorOf(job);
  process.kill(supervisor, 'SIGSTOP');
  process.kill(job.program.pid, 'SIGKILL');
  await place.moveRun(run, 'C');
  await place.requester.call(routes.terminateTaskInstances, { params: { workflow_run_id: run } });
  await place.moveRun(run, 'T');
  const next = await place.link(bound);
  await place.distribute(bound, next);
  assert.equal(
    readProcessTable().some(({ pid }) => pid === supervisor),
    false,
  );
  assert.deepEqual(place.marked(), []);
  assert.equal(readFileSync(log, 'utf8'), 'first\n');
});

test('a run that is told to stop hot: what runs goes on without its distributor, and the next run leaves it alone', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const file = `${place.directory}/go`;
  const { bound, run, job, ids } = await begin(place, [waitFor(file)]);
  const [id] = ids as [number];
  await place.until(async () => (await place.instance(id)).status === 'R' && place.marked().length > 0);
  await place.moveRun(run, 'H');
  await place.moveRun(run, 'T');
  assert.equal((await job.program.exited).code, 0);
  const next = await place.link(bound);
  await place.distribute(bound, next);
  assert.ok(place.marked().length > 0);
  assert.equal(await place.pair(id), 'R/R');
  writeFileSync(file, '');
  await place.untilEnded(run);
  assert.equal(await place.pair(id), 'D/D');
  assert.equal((await place.instance(id)).stdout_log, 'whole\n');
  await place.until(() => place.marked().length === 0);
});

test('run time over what was asked for ends as a resource error', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  const { run, ids } = await begin(place, ['sleep 1000'], { resources: { runtime: 1 } });
  const [slow] = ids as [number];
  await place.untilEnded(run);
  assert.equal(await place.pair(slow), 'Z/A');
  assert.match((await place.errors(slow)).join(), /had asked for 1 s/);
  assert.ok(Number((await place.instance(slow)).wallclock) >= 1);
});

test('memory over what was asked for ends as a resource error', async (t) => {
  const place = await Workplace.open(t, { environment: QUICK });
  // It keeps what it took: however slow the machine, there is something to see and no other way to end.
  const command = "node -e 'const taken = Buffer.alloc(4e8, 1); setInterval(() => taken, 1000)'";
  const { run, ids } = await begin(place, [command], { resources: { memory: 0.25 } });
  const [greedy] = ids as [number];
  await place.untilEnded(run);
  assert.equal(await place.pair(greedy), 'Z/A');
  assert.match((await place.errors(greedy)).join(), /had asked for 0\.25 GiB/);
  assert.ok(Number((await place.instance(greedy)).maxrss) > 0.25 * 2 ** 30);
});
