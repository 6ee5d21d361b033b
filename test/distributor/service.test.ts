import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Caller, Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import type { KillReason } from '../../src/api/supervisor.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { type ChangeSource, changeSource } from '../../src/distributor/changes.ts';
import type { ClusterDistributor, JobState, Submission } from '../../src/distributor/clusters/cluster.ts';
import { ClusterBusy, ClusterUnreachable, SubmissionRefused } from '../../src/distributor/clusters/errors.ts';

import { Instances } from '../../src/distributor/instances.ts';
import { DistributorService } from '../../src/distributor/service.ts';
import { type Bound, Workplace } from '../support/workplace.ts';

/** Seconds. */
const LEASE = { lease: 0.3, command_interrupt_timeout: 0.2 };

/** A cluster on which nothing happens but what a test says. */
class PaperCluster implements ClusterDistributor {
  readonly clusterName = 'multiprocess';
  readonly submissions: Submission[] = [];
  readonly terminated: [string, KillReason][] = [];
  readonly jobs = new Map<string, JobState>();
  failure: Error | undefined;
  /** What a terminated job becomes; undefined: it lives on. */
  afterKill: JobState | undefined = { kind: 'gone' };
  lose: (ids: readonly string[], message?: string) => void = () => {};

  async start() {}
  async stop() {}

  onLost(listener: PaperCluster['lose']) {
    this.lose = listener;
  }

  async submit(batch: Submission) {
    if (this.failure) throw this.failure;
    this.submissions.push(batch);
    const ids = new Map(batch.steps.map(({ step }) => [step, `${this.submissions.length}_${step}`]));
    for (const id of ids.values()) this.jobs.set(id, { kind: 'pending' });
    return ids;
  }

  async states(ids: readonly string[]) {
    return new Map(ids.flatMap((id) => (this.jobs.has(id) ? [[id, this.jobs.get(id) as JobState]] : [])));
  }

  async terminate(ids: readonly string[], reason: KillReason) {
    for (const id of ids) {
      this.terminated.push([id, reason]);
      if (this.afterKill) this.jobs.set(id, this.afterKill);
    }
  }
}

interface Scene {
  readonly place: Workplace;
  readonly bound: Bound;
  readonly run: number;
  readonly ids: number[];
  readonly cluster: PaperCluster;
  readonly instances: Instances;
  readonly service: DistributorService;
  readonly source: ChangeSource;
  /** Lets the service hear what the server knows now. */
  hear(): Promise<void>;
  /** Orders the service to end. */
  end(): void;
}

async function setUp(
  t: TestContext,
  tasks: number,
  { extensions = true, overrides = {}, maxAttempts = 3, intercept = (caller: Caller) => caller } = {},
): Promise<Scene> {
  const controller = new AbortController();
  let service: DistributorService | undefined;
  t.after(async () => {
    controller.abort();
    await service?.close();
  });
  const place = await Workplace.open(t, { extensions, overrides });
  const bound = await place.bind(
    Array.from({ length: tasks }, () => 'true'),
    { maxAttempts, resources: { cores: 2 } },
  );
  const run = await place.link(bound);
  for (const status of ['I', 'O', 'R']) await place.moveRun(run, status);
  const ids = await place.queue(bound, run);
  const cluster = new PaperCluster();
  const instances = new Instances();
  const { signal } = controller;
  const { requester, config } = place;
  const parts = {
    workflowRunId: run,
    requester,
    cluster,
    instances,
    config,
    clock: systemClock,
    log: silentLog,
    signal,
  };
  const source = await changeSource(parts);
  const made = new DistributorService({ ...parts, requester: intercept(requester) }, source);
  service = made;
  const hear = async () => made.apply(await source.next({ wait: false }));
  return { place, bound, run, ids, cluster, instances, service: made, source, hear, end: () => controller.abort() };
}

/** All queued instances are launched. */
async function launch({ service, hear }: Scene): Promise<void> {
  await hear();
  await service.instantiate();
  await service.launch();
}

const counts = ({ instances }: Scene) => `Q${instances.count('Q')} I${instances.count('I')} O${instances.count('O')}`;

for (const extensions of [true, false]) {
  test(`from queued to launched ${extensions ? 'by the feed' : 'by polling'}`, async (t) => {
    const scene = await setUp(t, 3, { extensions });
    const { place, service, cluster, ids } = scene;
    await scene.hear();
    assert.equal(counts(scene), 'Q3 I0 O0');
    await service.instantiate();
    assert.equal(counts(scene), 'Q0 I3 O0');
    assert.deepEqual(await Promise.all(ids.map((id) => place.pair(id))), ['I/I', 'I/I', 'I/I']);
    await service.launch();
    assert.equal(counts(scene), 'Q0 I0 O3');
    assert.equal(cluster.submissions[0]?.name, 'step-1');
    assert.deepEqual(cluster.submissions[0]?.resources, { cores: 2, queue: 'null.q' });
    for (const [step, id] of ids.entries()) {
      const row = await place.instance(id);
      assert.deepEqual([row.status, row.distributor_id, row.array_step_id], ['O', `1_${step}`, step]);
    }
    await scene.hear();
    await service.instantiate();
    await service.launch();
    assert.equal(cluster.submissions.length, 1, 'nothing is submitted twice');
  });

  test(`a batch with holes is submitted under the server's step ids, ${extensions ? 'sent along' : 'asked for'}`, async (t) => {
    const scene = await setUp(t, 5, { extensions });
    const { place, cluster, ids } = scene;
    await place.force(ids[0] as number, { status: 'F' });
    await place.force(ids[3] as number, { status: 'F' });
    await launch(scene);
    assert.deepEqual(
      cluster.submissions[0]?.steps.map(({ step, taskInstanceId }) => [step, taskInstanceId]),
      [
        [1, ids[1]],
        [2, ids[2]],
        [4, ids[4]],
      ],
    );
    assert.equal((await place.instance(ids[4] as number)).distributor_id, '1_4');
  });
}

test('a batch larger than one request is launched once, whole', async (t) => {
  const scene = await setUp(t, 1);
  const { place, bound, run, cluster } = scene;
  const large = await place.bind(Array.from({ length: 700 }, () => 'true'));
  const body = { task_ids: [...large.taskIds], task_resources_id: large.resourcesId, workflow_run_id: run };
  await place.requester.call(routes.queueTaskBatch, { params: { array_id: bound.arrayId }, body });
  await launch(scene);
  assert.deepEqual(cluster.submissions.map(({ steps }) => steps.length).sort(), [1, 700]);
  const steps = cluster.submissions.find(({ steps }) => steps.length === 700)?.steps ?? [];
  assert.equal(new Set(steps.map(({ step }) => step)).size, 700);
});

test('a submission that is refused: all W with the reason, and the tasks may try again', async (t) => {
  const scene = await setUp(t, 2);
  scene.cluster.failure = new SubmissionRefused('no such partition');
  await launch(scene);
  for (const id of scene.ids) {
    assert.equal(await scene.place.pair(id), 'W/G');
    assert.deepEqual(await scene.place.errors(id), ['no such partition']);
  }
});

test('a busy cluster is tried again and costs no attempt, however often', async (t) => {
  const scene = await setUp(t, 2);
  scene.cluster.failure = new ClusterBusy('queue is full');
  await launch(scene);
  assert.equal(await scene.place.pair(scene.ids[0] as number), 'I/I');
  scene.cluster.failure = undefined;
  await scene.place.until(() => scene.cluster.submissions.length === 1);
  await scene.place.until(async () => (await scene.place.pair(scene.ids[0] as number)) === 'O/O');
});

test('heartbeats move the deadline of launched instances that the cluster still knows', async (t) => {
  const scene = await setUp(t, 2);
  await launch(scene);
  const [alive, gone] = scene.ids as [number, number];
  scene.cluster.jobs.set('1_1', { kind: 'gone' });
  for (const id of scene.ids) await scene.place.force(id, { report_by_date: 1 });
  await scene.service.heartbeat();
  const row = await scene.place.instance(alive);
  assert.ok(Number(row.report_by_date) > Number(row.status_date));
  assert.equal((await scene.place.instance(gone)).report_by_date, 1);
});

test('triage: the answer of the cluster becomes the status and the first error', async (t) => {
  const scene = await setUp(t, 4);
  await launch(scene);
  const exits = ['Z', 'U', 'F'] as const;
  for (const [step, status] of exits.entries()) {
    scene.cluster.jobs.set(`1_${step}`, { kind: 'gone', exit: { status, message: `because ${status}` } });
  }
  for (const id of scene.ids) await scene.place.force(id, { status: 'T', report_by_date: 1 });
  await scene.hear();
  await scene.service.triage();
  for (const [step, status] of exits.entries()) {
    const id = scene.ids[step] as number;
    assert.equal((await scene.place.instance(id)).status, status);
    assert.deepEqual(await scene.place.errors(id), [`because ${status}`]);
  }
  assert.equal((await scene.place.instance(scene.ids[3] as number)).status, 'T', 'a job that lives is left alone');
  assert.deepEqual(scene.cluster.terminated, []);
});

test('triage: a job that lives and stays silent is killed first, then given up', async (t) => {
  const scene = await setUp(t, 1, { overrides: { heartbeat: { task_instance_interval: 0.01 } } });
  await launch(scene);
  const [id] = scene.ids as [number];
  await scene.place.force(id, { status: 'T', report_by_date: 1 });
  await scene.hear();
  await scene.service.triage();
  assert.equal((await scene.place.instance(id)).status, 'T');
  await systemClock.sleep(2 * 0.031 * 1000 + 5);
  await scene.service.triage();
  assert.deepEqual(scene.cluster.terminated, [['1_0', 'silent']]);
  assert.equal(await scene.place.pair(id), 'U/G');
});

test('triage: no answer of the cluster means no verdict', async (t) => {
  const scene = await setUp(t, 1);
  await launch(scene);
  scene.cluster.jobs.clear();
  await scene.place.force(scene.ids[0] as number, { status: 'T', report_by_date: 1 });
  await scene.hear();
  await scene.service.triage();
  assert.equal((await scene.place.instance(scene.ids[0] as number)).status, 'T');
});

test('triage: a cluster that may be wrong is believed when the lease is over, and not before', async (t) => {
  const scene = await setUp(t, 1, { overrides: { worker_node: LEASE } });
  const { place, service, cluster, ids } = scene;
  const [id = 0] = ids;
  await launch(scene);
  await place.force(id, { status: 'T', report_by_date: 1 });
  await scene.hear();
  cluster.jobs.set('1_0', { kind: 'gone', exit: { status: 'U', message: 'NODE_FAIL', isUncertain: true } });
  await service.triage();
  assert.equal((await place.instance(id)).status, 'T');
  await place.until(async () => {
    await service.triage();
    return (await place.instance(id)).status !== 'T';
  });
  assert.deepEqual([await place.pair(id), await place.errors(id)], ['U/G', ['NODE_FAIL']]);
});

test('lost: a cluster that may be wrong is believed at once of a worker that was not allowed to start, and of no other', async (t) => {
  const scene = await setUp(t, 2, { overrides: { worker_node: LEASE } });
  const { place, service, cluster, ids } = scene;
  const [unheard = 0, started = 0] = ids;
  await launch(scene);
  await place.force(started, { status: 'R' }); // The service has not heard of it yet.
  for (const job of ['1_0', '1_1']) {
    cluster.jobs.set(job, { kind: 'gone', exit: { status: 'U', message: 'NODE_FAIL', isUncertain: true } });
  }
  cluster.lose(['1_0', '1_1']);
  await place.until(async () => (await place.instance(unheard)).status === 'U');
  assert.deepEqual([await place.pair(unheard), await place.errors(unheard)], ['U/G', ['NODE_FAIL']]);
  await service.close();
  assert.equal((await place.instance(started)).status, 'R');
});

test('lost, by the compatible routes alone: what may be wrong is not said of one that may have started', async (t) => {
  const scene = await setUp(t, 1, { extensions: false });
  const { place, service, cluster, ids } = scene;
  await launch(scene);
  cluster.jobs.set('1_0', { kind: 'gone', exit: { status: 'U', message: 'NODE_FAIL', isUncertain: true } });
  cluster.lose(['1_0']);
  await service.close();
  assert.equal((await place.instance(ids[0] as number)).status, 'O');
});

test('ordered to end: a cluster that may be wrong is believed when the lease and the end of a command are over', async (t) => {
  const scene = await setUp(t, 1, { overrides: { worker_node: LEASE } });
  const { place, service, cluster, ids } = scene;
  const [id = 0] = ids;
  await launch(scene);
  await place.force(id, { status: 'K' });
  await scene.hear();
  cluster.afterKill = { kind: 'gone', exit: { status: 'U', message: 'NODE_FAIL', isUncertain: true } };
  const ordered = systemClock.monotonic();
  await place.until(async () => {
    await service.endKilled();
    return (await place.instance(id)).status === 'F';
  });
  const silence = (systemClock.monotonic() - ordered) / 1000;
  assert.ok(silence >= LEASE.lease + LEASE.command_interrupt_timeout, `${silence} s`);
});

test('a submission without an answer: what began all the same is not taken for never submitted, and gets its id', async (t) => {
  const scene = await setUp(t, 2);
  const [id, other] = scene.ids as [number, number];
  scene.cluster.failure = new ClusterUnreachable('no answer');
  await launch(scene);
  await scene.place.force(id, { status: 'T', report_by_date: 1 });
  await scene.hear();
  await scene.service.triage();
  assert.equal((await scene.place.instance(id)).status, 'T');
  scene.cluster.failure = undefined;
  await systemClock.sleep(600); // Then the launch is due again.
  await scene.service.launch();
  assert.deepEqual(
    scene.cluster.submissions.map(({ steps }) => steps.map(({ taskInstanceId }) => taskInstanceId)),
    [[id, other]],
  );
  scene.cluster.jobs.set('1_0', { kind: 'gone', exit: { status: 'U', message: 'its node failed' } });
  await scene.service.triage();
  assert.deepEqual(await scene.place.errors(id), ['its node failed']);
});

test('only those in K are killed, and they are called dead when they are', async (t) => {
  const scene = await setUp(t, 3);
  await launch(scene);
  const [first, second, third] = scene.ids as [number, number, number];
  await scene.place.force(first, { status: 'K' });
  await scene.place.force(second, { status: 'K' });
  await scene.hear();
  await scene.service.endKilled();
  assert.deepEqual(scene.cluster.terminated, [
    ['1_0', 'ordered'],
    ['1_1', 'ordered'],
  ]);
  assert.deepEqual([await scene.place.pair(first), await scene.place.pair(second)], ['F/F', 'F/F']);
  assert.equal(await scene.place.pair(third), 'O/O');
});

test('an instance in K that was never submitted here is called dead without a kill', async (t) => {
  const scene = await setUp(t, 1);
  await scene.place.force(scene.ids[0] as number, { status: 'K' });
  await scene.hear();
  await scene.service.endKilled();
  assert.equal((await scene.place.instance(scene.ids[0] as number)).status, 'F');
});

test('launched and never heard of: killed first, then an error; a task that is done stays done', async (t) => {
  const scene = await setUp(t, 2);
  await launch(scene);
  const [unheard, done] = scene.ids as [number, number];
  for (const id of scene.ids) await scene.place.force(id, { status: 'X' });
  const { task_id } = await scene.place.instance(done);
  await scene.place.database.write(async ({ db }) => {
    await db.updateTable('task').set({ status: 'D' }).where('id', '=', task_id).execute();
  });
  await scene.hear();
  await scene.service.endUnheard();
  assert.deepEqual(
    scene.cluster.terminated.map(([, reason]) => reason),
    ['silent', 'silent'],
  );
  assert.equal(await scene.place.pair(unheard), 'E/G');
  assert.match((await scene.place.errors(unheard)).join(), /never reported/);
  assert.equal(await scene.place.pair(done), 'F/D');
});

test('a job that is lost before the server knows of its launch is given up once it does', async (t) => {
  const mayTell = Promise.withResolvers<void>();
  const intercept = (caller: Caller): Caller => ({
    async call(route, ...rest) {
      if (Object.is(route, routes.launchBatch)) await mayTell.promise;
      return caller.call(route, ...rest);
    },
  });
  const { place, cluster, instances, service, ids } = await setUp(t, 1, { intercept });
  const [id] = ids as [number];
  service.run();
  await place.until(() => instances.byDistributorId('1_0') !== undefined);
  cluster.lose(['1_0'], 'The node burned down.');
  assert.equal(await place.pair(id), 'I/I');
  mayTell.resolve();
  await place.until(async () => (await place.pair(id)) === 'U/G');
  assert.deepEqual(await place.errors(id), ['The node burned down.']);
});

test('what the server has taken for us is launched once, however often it is told', async (t) => {
  const scene = await setUp(t, 2);
  const { place, run, service, cluster, ids } = scene;
  const body = { cursor: 0, wait_seconds: 0, take: true };
  const params = { workflow_run_id: run };
  const tell = async () => {
    const answer = await place.requester.call(routes.getTaskInstanceChanges, { params, body });
    const { task_instances_by_status: instances, task_instance_batches: batches } = answer;
    service.apply({ instances, batches, run: 'R' });
    return { instances, batches, run: 'R' };
  };
  await tell();
  const told = await tell();
  await service.launch();
  service.apply(told); // An answer that was on its way while the batch was launched.
  await service.launch();
  assert.deepEqual(
    cluster.submissions.map(({ steps }) => steps.map(({ taskInstanceId }) => taskInstanceId)),
    [ids],
  );
});

test('an attempt that was given up is not launched when it is told once more that it was taken', async (t) => {
  const scene = await setUp(t, 1);
  const { place, run, service, cluster, instances, ids } = scene;
  const body = { cursor: 0, wait_seconds: 0, take: true };
  const answer = await place.requester.call(routes.getTaskInstanceChanges, { params: { workflow_run_id: run }, body });
  const told = { instances: answer.task_instances_by_status, batches: answer.task_instance_batches, run: 'R' };
  cluster.failure = new SubmissionRefused('no such queue');
  service.apply(told);
  await place.until(() => instances.get(ids[0] as number) === undefined);
  cluster.failure = undefined;
  service.apply(told);
  await service.launch();
  assert.deepEqual(cluster.submissions, []);
});

test('the order to end cuts requests that are repeated because the server is gone', { timeout: 120_000 }, async (t) => {
  let sent = 0;
  const send = async () => {
    sent++;
    throw new Error('connection refused');
  };
  const gone = new Requester({ transport: { send, close: async () => {} } });
  const intercept = (caller: Caller): Caller => ({
    call: (route, ...rest) => (Object.is(route, routes.getTaskResources) ? gone : caller).call(route, ...rest),
  });
  const { place, service, end } = await setUp(t, 1, { intercept });
  const running = service.run();
  await place.until(() => sent > 1);
  end();
  await running;
  assert.equal(await service.close(), 'kill');
});

test('the loop ends when the run is over, and leaves what runs only after a hot resume', async (t) => {
  for (const [signal, end, mode] of [
    ['C', 'T', 'leave'],
    [undefined, 'S', 'kill'],
  ] as const) {
    const scene = await setUp(t, 1);
    if (signal) await scene.place.moveRun(scene.run, signal);
    await scene.place.moveRun(scene.run, end);
    await scene.service.run();
    assert.equal(await scene.service.close(), mode, end);
  }
});
