import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SupervisorEvent, SupervisorJob } from '../../src/api/supervisor.ts';
import { findMarked } from '../../src/core/attempt-mark.ts';
import { systemClock } from '../../src/core/clock.ts';
import { SkepError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { readProcessTable } from '../../src/core/process-table.ts';
import { Heartbeats } from '../../src/worker/heartbeats.ts';
import { DirectLauncher } from '../../src/worker/launch/direct-launcher.ts';
import type { EndReport, Heartbeat, Reports, StartReport } from '../../src/worker/reports/reports.ts';
import { Supervisor } from '../../src/worker/supervisor.ts';
import { UsageSampler } from '../../src/worker/usage.ts';

/** A supervisor whose server is this object: it answers as a test tells it to. */
class Bench implements Reports {
  readonly directory: string;
  readonly supervisor: Supervisor;
  readonly commands = new Map<number, string>();
  readonly starts: number[] = [];
  readonly ends: EndReport[] = [];
  readonly events: SupervisorEvent[] = [];
  readonly database: string;
  /** Status that `start`, `heartbeat` and `end` answer; undefined: that of a server that agrees. */
  readonly answers: { start?: string; heartbeat?: string; end?: string } = {};
  /** The server is away until this resolves. */
  away: Promise<void> = Promise.resolve();

  constructor(t: TestContext, { parallelism = 2, interval = 90, interruptTimeout = 0.3 } = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'skep-supervisor-'));
    this.database = `supervisor-test-${this.directory.slice(-6)}`;
    t.after(() => rmSync(this.directory, { recursive: true, force: true }));
    const seams = { clock: systemClock, log: silentLog };
    const sampler = new UsageSampler(systemClock, readProcessTable);
    const launcher = new DirectLauncher(systemProcesses, process.env);
    const command = { ...seams, launcher, sampler, interruptTimeout };
    const heartbeats = new Heartbeats({ reports: this, interval, ...seams });
    this.supervisor = new Supervisor({
      attempt: {
        ...{ reports: this, heartbeats, shown: undefined, command, ...seams },
        ...{ database: this.database, supervisor: '1@1' },
      },
      parallelism,
      memory: 8,
      emit: (event) => this.events.push(event),
      ...seams,
    });
  }

  run(commands: readonly string[], demand: Partial<SupervisorJob> = {}): void {
    const first = this.commands.size;
    const jobs = commands.map((command, index) => {
      const taskInstanceId = first + index;
      this.commands.set(taskInstanceId, command);
      return { taskInstanceId, distributorId: `1_${taskInstanceId}`, cores: 1, memory: null, runtime: null, ...demand };
    });
    this.supervisor.obey({ type: 'run', jobs });
  }

  async start({ taskInstanceId }: StartReport) {
    await this.away;
    const command = this.commands.get(taskInstanceId);
    if (command === undefined) throw new SkepError('not_found', `Task instance ${taskInstanceId} does not exist.`);
    this.starts.push(taskInstanceId);
    return {
      taskInstanceId,
      status: this.answers.start ?? 'R',
      workflowRunId: 1,
      taskId: 100 + taskInstanceId,
      taskName: 'task',
      command,
      workflowId: 1,
      stdoutDirectory: this.directory,
      stderrDirectory: null,
    };
  }

  async heartbeat(beats: readonly Heartbeat[]) {
    const status = this.answers.heartbeat ?? 'R';
    return { statuses: new Map(beats.map(({ taskInstanceId }) => [taskInstanceId, status])), watched: [] };
  }

  async end(report: EndReport) {
    await this.away;
    this.ends.push(report);
    return this.answers.end !== undefined && report.status !== 'F' ? this.answers.end : report.status;
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + 120_000;
    while (!condition()) {
      assert.ok(performance.now() < deadline, `not in time: ${condition}`);
      await systemClock.sleep(5);
    }
  }

  /** Waits until so many jobs are over. */
  ended(count: number): Promise<void> {
    return this.until(() => this.events.filter(({ type }) => type === 'ended').length === count);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  marked(): number {
    return findMarked(({ database }) => database === this.database).length;
  }
}

test('many commands: all end, in the order in which they came, with their own ids and files', async (t) => {
  const bench = new Bench(t);
  bench.run(Array.from({ length: 60 }, (_, index) => `echo $JOBMON_TASK_ID; exit ${index % 2}`));
  await bench.ended(60);
  assert.deepEqual(
    bench.starts,
    [...bench.starts].sort((a, b) => a - b),
  );
  for (const { taskInstanceId: id, status, stdoutTail, stdout } of bench.ends) {
    assert.equal(status, id % 2 === 0 ? 'D' : 'E');
    assert.equal(stdoutTail, `${100 + id}\n`);
    assert.equal(stdout, bench.path(`task.o1_${id}`));
    assert.equal(readFileSync(stdout ?? '', 'utf8'), `${100 + id}\n`);
  }
});

test('never more at once than there are cores; a wide one waits for all of them, and nothing overtakes it', async (t) => {
  const bench = new Bench(t, { parallelism: 2 });
  const log = bench.path('log');
  const step = (name: string) => `echo +${name} >>${log}; sleep 0.1; echo -${name} >>${log}`;
  bench.run([step('a')]);
  bench.run([step('B')], { cores: 2 });
  bench.run([step('c'), step('d')]);
  await bench.ended(4);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  assert.deepEqual(lines.slice(0, 4), ['+a', '-a', '+B', '-B']);
  assert.deepEqual(lines.slice(4, 6).sort(), ['+c', '+d']);
});

test('a start that is refused runs nothing and reports nothing', async (t) => {
  const bench = new Bench(t);
  bench.answers.start = 'F';
  bench.run([`touch ${bench.path('ran')}`]);
  await bench.ended(1);
  assert.equal(existsSync(bench.path('ran')), false);
  assert.deepEqual(bench.ends, []);
});

test('an instance that the server does not know ends, and the next one gets its place', async (t) => {
  const bench = new Bench(t, { parallelism: 1 });
  const unknown = { taskInstanceId: 999, distributorId: '9_9', cores: 1, memory: null, runtime: null };
  bench.supervisor.obey({ type: 'run', jobs: [unknown] });
  bench.run(['true']);
  await bench.ended(2);
  assert.deepEqual(
    bench.ends.map(({ status }) => status),
    ['D'],
  );
});

test('while the server is away nothing starts, what runs goes on, and its end is reported when it is back', async (t) => {
  const bench = new Bench(t, { interval: 0.02 });
  bench.run([`while [ ! -e ${bench.path('go')} ]; do sleep 0.01; done; touch ${bench.path('over')}`]);
  await bench.until(() => bench.starts.length === 1);
  const back = Promise.withResolvers<void>();
  bench.away = back.promise;
  bench.heartbeat = async () => {
    throw new SkepError('request_failed', 'no answer');
  };
  bench.run([`touch ${bench.path('second')}`]);
  await bench.until(() => bench.marked() > 0);
  writeFileSync(bench.path('go'), '');
  await bench.until(() => existsSync(bench.path('over')) && bench.marked() === 0);
  assert.equal(existsSync(bench.path('second')), false);
  assert.deepEqual(bench.ends, []);
  back.resolve();
  await bench.ended(2);
  assert.deepEqual(
    bench.ends.map(({ status }) => status),
    ['D', 'D'],
  );
});

test('a heartbeat that is answered with K kills the command and reports F', async (t) => {
  const bench = new Bench(t, { interval: 0.05 });
  bench.answers.heartbeat = 'K';
  bench.run(['sleep 1000']);
  await bench.ended(1);
  assert.equal(bench.ends[0]?.status, 'F');
  assert.equal(bench.marked(), 0);
});

test('a heartbeat that is answered with an end kills the command and reports nothing', async (t) => {
  const bench = new Bench(t, { interval: 0.05 });
  bench.answers.heartbeat = 'U';
  bench.run(['sleep 1000']);
  await bench.ended(1);
  assert.deepEqual(bench.ends, []);
  assert.equal(bench.marked(), 0);
});

test('a command that ends just when it is ordered to die confirms the order', async (t) => {
  const bench = new Bench(t);
  bench.answers.end = 'K';
  bench.run(['exit 5']);
  await bench.ended(1);
  assert.deepEqual(
    bench.ends.map(({ status }) => status),
    ['E', 'F'],
  );
});

test('kill orders: a running one ends with its reason, a waiting one disappears, an unknown one is no error', async (t) => {
  const bench = new Bench(t, { parallelism: 1 });
  bench.run(['sleep 1000', 'echo never', 'echo next']);
  await bench.until(() => bench.marked() > 0);
  bench.supervisor.obey({ type: 'kill', distributorIds: ['1_1', '8_8'], reason: 'ordered' });
  bench.supervisor.obey({ type: 'kill', distributorIds: ['1_0'], reason: 'silent' });
  await bench.ended(3);
  assert.deepEqual(
    bench.ends.map(({ taskInstanceId, status }) => [taskInstanceId, status]),
    [
      [0, 'U'],
      [2, 'D'],
    ],
  );
});

test('draining lets what runs finish and starts nothing more', async (t) => {
  const bench = new Bench(t, { parallelism: 1 });
  bench.run(['sleep 0.3; echo whole', 'echo never']);
  await bench.until(() => bench.marked() > 0);
  bench.supervisor.obey({ type: 'drain' });
  await bench.supervisor.idle;
  assert.deepEqual(
    bench.ends.map(({ taskInstanceId, status, stdoutTail }) => [taskInstanceId, status, stdoutTail]),
    [[0, 'D', 'whole\n']],
  );
  assert.equal(bench.events.length, 3, 'the waiting one is over too');
});

test('stopping ends everything, also while the server is away, and says so of what never began', async (t) => {
  const bench = new Bench(t, { parallelism: 1 });
  bench.run(['trap "" INT TERM; sleep 1000 & wait; sleep 1000', 'true']);
  await bench.until(() => bench.marked() > 0);
  await bench.supervisor.stop();
  assert.equal(bench.marked(), 0);
  assert.deepEqual(bench.ends.map(({ taskInstanceId, status }) => [taskInstanceId, status]).sort(), [
    [0, 'U'],
    [1, 'U'],
  ]);
});

test('a command that cannot be started is an error with the reason', async (t) => {
  const bench = new Bench(t);
  bench.run(['true\0false', `true ${'x'.repeat(200_000)}`]);
  await bench.ended(2);
  assert.deepEqual(
    bench.ends.map(({ status }) => status),
    ['E', 'E'],
  );
  assert.match(bench.ends.map(({ description }) => description).join(), /could not be started: .*E2BIG/);
});
