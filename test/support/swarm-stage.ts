/** A real server inside the process, bound workflows on it, and a distributor that plays their tasks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import type { Transport } from '../../src/api/transport.ts';
import { type RunOptions, resumeWorkflowRun, runWorkflow } from '../../src/client/swarm/run.ts';
import { Tool } from '../../src/client/tool.ts';
import type { Workflow } from '../../src/client/workflow.ts';
import { systemClock } from '../../src/core/clock.ts';
import { loadConfig } from '../../src/core/config.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { TaskStatus, WorkflowRunStatus } from '../../src/core/status.ts';
import { createServer } from '../../src/server/app.ts';
import { Database } from '../../src/server/db/database.ts';
import { injectTransport } from '../../src/server/inject.ts';
import { type Play, playingDistributor } from './playing-distributor.ts';
import type { Edges } from './swarm.ts';
import { withoutExtensions } from './without-extensions.ts';

export class SwarmStage {
  readonly database: Database;
  readonly requester: Requester;
  /** Sees no extension routes, as if the server were a plain one. */
  readonly plainRequester: Requester;
  /** Tries nothing twice: a distributor that outlives its test must not go on with retries. */
  readonly #playersRequester: Requester;

  static async open(context: TestContext): Promise<SwarmStage> {
    const directory = mkdtempSync(join(tmpdir(), 'skep-swarm-'));
    const seams = { clock: systemClock, random: systemRandom, processes: systemProcesses };
    const database = await Database.open({ path: join(directory, 'skep.sqlite'), ...seams });
    const config = loadConfig({ environment: {} });
    const server = await createServer({ config, database, ...seams, log: silentLog, token: '' });
    const stage = new SwarmStage(database, injectTransport(server.app));
    context.after(async () => {
      await server.close();
      await database.close();
      rmSync(directory, { recursive: true });
    });
    return stage;
  }

  private constructor(database: Database, transport: Transport) {
    this.database = database;
    this.requester = new Requester({ transport });
    this.plainRequester = new Requester({ transport: withoutExtensions(transport) });
    this.#playersRequester = new Requester({ transport, retriesAttempts: 1 });
  }

  /** A bound workflow of tasks 1…count, one array, named t1 and so on. */
  async bind({ count, edges = [], limits = [], maxAttempts = 1 }: WorkflowShape): Promise<Workflow> {
    const step = new Tool('swarm').getTaskTemplate({
      templateName: 'step',
      commandTemplate: 'play {n}',
      nodeArgs: ['n'],
    });
    const workflow = step.tool.createWorkflow({ defaultMaxAttempts: maxAttempts, defaultClusterName: 'dummy' });
    const tasks = Array.from({ length: count }, (_, index) =>
      step.createTask({ n: index + 1 }, { name: `t${index + 1}` }),
    );
    for (const [from, to] of edges) {
      const upstream = tasks[from - 1];
      if (upstream !== undefined) tasks[to - 1]?.addUpstream(upstream);
    }
    workflow.addTasks(tasks);
    const [ofWorkflow, ofArray] = limits;
    if (ofWorkflow !== undefined) workflow.setMaxConcurrentlyRunning(ofWorkflow);
    if (ofArray !== undefined) workflow.setTaskTemplateMaxConcurrencyLimit('step', ofArray);
    await workflow.bind(this.requester);
    await workflow.bindTasks();
    return workflow;
  }

  /** A run of the workflow in status O, with its distributor; `play` says how each attempt ends. */
  async startRun(workflowId: number, play: Play): Promise<StartedRun> {
    const body = { workflow_id: workflowId, user: 'bee', jobmon_version: '3.6.0', next_report_increment: 93 };
    const { workflow_run_id: runId, err_msg: reason } = await this.requester.call(routes.addWorkflowRun, { body });
    if (runId === null) throw new Error(reason);
    await this.setRun(runId, 'B');
    const distributor = playingDistributor(this.#playersRequester, play);
    const request = { program: '', arguments: ['--workflow_run_id', String(runId)] };
    const launched = await distributor.launch(request as never);
    await new Promise((resolve) => launched.stderr?.once('data', resolve));
    let alive = true;
    void launched.exited.then(() => {
      alive = false;
    });
    return { runId, started: distributor.started, alive: () => alive, stop: () => void launched.signal('SIGTERM') };
  }

  /** Drives a new run of the workflow to its end. */
  async run(workflow: Workflow, play: Play, options: Partial<RunOptions> = {}) {
    const started = await this.startRun(workflow.workflowId, play);
    try {
      const result = await runWorkflow({ ...this.#common(started), workflow, ...options });
      return { result, ...started };
    } finally {
      started.stop();
    }
  }

  /** Drives a new run of a workflow that is known by its id to its end. */
  async resume(workflowId: number, play: Play, options: Partial<RunOptions> = {}) {
    const started = await this.startRun(workflowId, play);
    try {
      const result = await resumeWorkflowRun({ ...this.#common(started), workflowId, ...options });
      return { result, ...started };
    } finally {
      started.stop();
    }
  }

  async setRun(runId: number, status: WorkflowRunStatus): Promise<WorkflowRunStatus> {
    const input = { params: { workflow_run_id: runId }, body: { status } };
    return (await this.requester.call(routes.updateWorkflowRunStatus, input)).status as WorkflowRunStatus;
  }

  async statusOfRun(runId: number): Promise<string | undefined> {
    const query = this.database.read(({ db }) =>
      db.selectFrom('workflow_run').select('status').where('id', '=', runId).executeTakeFirst(),
    );
    return (await query)?.status;
  }

  /** Resolves when the tasks have these statuses, by the number in their name. */
  async until(workflow: Workflow, wanted: Readonly<Record<number, TaskStatus>>): Promise<void> {
    const ids = new Map(workflow.tasks.map((task) => [task.taskId, Number(task.name.slice(1))]));
    for (let cursor = 0; ; ) {
      const answer = await this.requester.call(routes.getTaskStatusUpdates, {
        params: { workflow_id: workflow.workflowId },
        body: {},
      });
      const statuses = Object.entries(answer.tasks_by_status).flatMap(([status, taskIds]) =>
        taskIds.map((taskId) => [ids.get(taskId), status] as const),
      );
      const present = new Map(statuses);
      if (Object.entries(wanted).every(([number, status]) => present.get(Number(number)) === status)) return;
      if (++cursor > 2000) throw new Error(`the tasks are ${JSON.stringify([...present])}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #common({ runId, alive }: StartedRun) {
    const heartbeat = { workflow_run_interval: 1, report_by_buffer: 30 };
    return { workflowRunId: runId, requester: this.requester, distributorAlive: alive, heartbeat, timeout: 120 };
  }
}

interface WorkflowShape {
  readonly count: number;
  readonly edges?: Edges;
  /** Of the workflow, and of its array. */
  readonly limits?: readonly number[];
  readonly maxAttempts?: number;
}

interface StartedRun {
  readonly runId: number;
  readonly started: readonly string[];
  readonly alive: () => boolean;
  readonly stop: () => void;
}
