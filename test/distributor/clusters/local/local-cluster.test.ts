import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { AttemptMark } from '../../../../src/core/attempt-mark.ts';
import { systemClock } from '../../../../src/core/clock.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { type Machine, systemMachine } from '../../../../src/core/machine.ts';
import type { LaunchedProcess, ProcessEnd } from '../../../../src/core/process.ts';
import type { ClusterContext } from '../../../../src/distributor/clusters/cluster.ts';
import { LocalCluster } from '../../../../src/distributor/clusters/local/local-cluster.ts';

/** Supervisors that only take orders, and the commands that are called theirs. */
class Scene {
  readonly supervisors: PaperSupervisor[] = [];
  /** Supervisor of each living command. */
  readonly commands: string[] = [];
  readonly lost: string[][] = [];
  readonly cluster: LocalCluster;

  constructor() {
    const machine: Machine = {
      ...systemMachine,
      processes: () => [],
      marked: (wanted) =>
        this.commands.flatMap((supervisor, pid) => {
          const mark = { supervisor } as AttemptMark;
          return wanted(mark) ? [{ pid, mark }] : [];
        }),
      signal: () => true,
    };
    const processes = {
      launch: async () => {
        const supervisor = new PaperSupervisor(1000 + this.supervisors.length);
        this.supervisors.push(supervisor);
        return supervisor;
      },
      identify: (pid: number) => `${pid}@1`,
    };
    const context = {
      processes,
      machine,
      clock: systemClock,
      log: silentLog,
      clusterName: 'multiprocess',
      environment: {},
    };
    this.cluster = new LocalCluster({ ...context, workflowRunId: 1, workflowId: 1 } as unknown as ClusterContext, 1);
    this.cluster.onLost((ids) => this.lost.push([...ids]));
  }

  /** @returns the id of the job in the cluster. */
  async submit(taskInstanceId: number): Promise<string> {
    const batch = { steps: [{ step: 0, taskInstanceId }], resources: {} };
    const ids = await this.cluster.submit(batch as unknown as Parameters<LocalCluster['submit']>[0]);
    return ids.get(0) as string;
  }
}

class PaperSupervisor implements LaunchedProcess {
  readonly pid: number;
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly #end = new EventEmitter();
  readonly exited: Promise<ProcessEnd>;
  readonly closed: Promise<ProcessEnd>;

  constructor(pid: number) {
    this.pid = pid;
    this.exited = once(this.#end, 'end').then(([end]) => end);
    this.closed = this.exited;
  }

  die(): void {
    this.#end.emit('end', { code: null, signal: 'SIGKILL' });
  }

  signal(): boolean {
    return true;
  }
}

test('a supervisor that dies gives up its own jobs, not those of one before it whose commands still end', async (t) => {
  const scene = new Scene();
  const { cluster, supervisors, commands, lost } = scene;
  t.after(() => commands.splice(0)); // Or it would be waited for, for ever.
  const first = await scene.submit(1);
  commands.push('1000@1');
  supervisors[0]?.die();
  await settled();
  const second = await scene.submit(2);
  supervisors[1]?.die();
  await until(() => lost.length === 1);
  assert.deepEqual(lost, [[second]]);
  assert.deepEqual((await cluster.states([first])).get(first), { kind: 'pending' });
  commands.splice(0);
  await until(() => lost.length === 2);
  assert.deepEqual(lost[1], [first]);
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = systemClock.monotonic() + 20_000; !isSo(); await systemClock.sleep(10)) {
    assert.ok(systemClock.monotonic() < deadline, 'it takes too long');
  }
}
