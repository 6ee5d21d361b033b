/** A server's inside for tests: a real database, the run-time handlers, and a clock that stands until it is moved. */
import type { AnswerOf, BodyOf, ParamsOf } from '../../src/api/route.ts';
import type { RouteName, routes } from '../../src/api/routes.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { loadConfig } from '../../src/core/config.ts';
import { silentLog } from '../../src/core/log.ts';
import { type ProcessLauncher, systemProcesses } from '../../src/core/process.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { TaskInstanceStatus, TaskStatus, WorkflowRunStatus, WorkflowStatus } from '../../src/core/status.ts';
import { itself } from '../../src/server/access/principal.ts';
import { Database } from '../../src/server/db/database.ts';
import { Feed } from '../../src/server/feed.ts';
import type { Handler, HandlerRequest, Services } from '../../src/server/handler.ts';
import { Hearing } from '../../src/server/hearing.ts';
import { Onlookers } from '../../src/server/onlookers.ts';
import { Pictures } from '../../src/server/pictures.ts';
import { batchHandlers } from '../../src/server/routes/batches.ts';
import { changeHandlers } from '../../src/server/routes/changes.ts';
import { distributorHandlers } from '../../src/server/routes/distributors.ts';
import { reportHandlers } from '../../src/server/routes/reports.ts';
import { resumeHandlers } from '../../src/server/routes/resume.ts';
import { instanceHandlers } from '../../src/server/routes/task-instances.ts';
import { runHandlers } from '../../src/server/routes/workflow-runs.ts';
import { createPlace, type Place } from '../support/database.ts';

const handlers = {
  ...batchHandlers,
  ...changeHandlers,
  ...distributorHandlers,
  ...reportHandlers,
  ...resumeHandlers,
  ...instanceHandlers,
  ...runHandlers,
};

type Table = typeof routes;
type Name = keyof typeof handlers & RouteName;

export interface BoundWorkflow {
  readonly workflowId: number;
  readonly arrayId: number;
  readonly resourcesId: number;
  readonly taskIds: readonly number[];
}

export interface RunningWorkflow extends BoundWorkflow {
  readonly runId: number;
}

const NOON = Date.UTC(2026, 10, 23, 12, 0, 0);

export class World {
  readonly services: Services;
  readonly #place: Place;
  readonly #time: { now: number; set: number };

  static async open({ processes = systemProcesses }: { processes?: ProcessLauncher } = {}): Promise<World> {
    const place = await createPlace();
    const time = { now: NOON, set: 0 };
    const clock: Clock = { ...systemClock, now: () => time.now };
    const database = await Database.open({ ...place.location, clock, random: systemRandom });
    const config = loadConfig({ environment: {} });
    const feed = new Feed(database, clock);
    const hearing = new Hearing({ ...clock, monotonic: () => time.now - time.set });
    const services = {
      user: 'bee',
      ...{ database, clock, random: systemRandom, log: silentLog, config, processes, feed, hearing },
      ...{ leadership: database.leadership, pictures: new Pictures(clock), onlookers: new Onlookers(clock) },
    };
    return new World(services, place, time);
  }

  private constructor(services: Services, place: Place, time: { now: number; set: number }) {
    this.services = services;
    this.#place = place;
    this.#time = time;
  }

  get now(): number {
    return this.#time.now;
  }

  /** What a clock that never jumps shows; only the clock of the server's hearing goes by it. */
  get steady(): number {
    return this.#time.now - this.#time.set;
  }

  /** Lets time pass; timers do not run by it. */
  advance(seconds: number): void {
    this.#time.now += seconds * 1000;
  }

  /** Sets the wall clock forwards or backwards, as its owner can, or as it is after the machine has slept. */
  setClock(seconds: number): void {
    this.#time.now += seconds * 1000;
    this.#time.set += seconds * 1000;
  }

  async close(): Promise<void> {
    this.services.feed.close();
    await this.services.database.close();
    await this.#place.remove();
  }

  /** Sends a request to its handler, past the edge. */
  async call<N extends Name>(
    name: N,
    params: ParamsOf<Table[N]>,
    body: BodyOf<Table[N]>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<AnswerOf<Table[N]>> {
    const handle = handlers[name] as unknown as Handler<Table[N]>;
    const { services } = this;
    const sender = { principal: itself(services.user), address: 'test' };
    return handle({ params, query: {}, body, services, signal, ...sender } as unknown as HandlerRequest<Table[N]>);
  }

  /** A bound workflow: one array of `tasks` tasks with `maxAttempts` each. */
  bind({ tasks = 1, maxAttempts = 3, scales = null as string | null } = {}): Promise<BoundWorkflow> {
    return this.services.database.write(async ({ db, now }) => {
      const { count } = await db
        .selectFrom('workflow')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      const { id: resourcesId } = await db
        .insertInto('task_resources')
        .values({ queue_id: 3, task_resources_type_id: 'O', requested_resources: '{"memory": 4, "cores": 15}' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const { id: workflowId } = await db
        .insertInto('workflow')
        .values({
          tool_version_id: 1,
          dag_id: 1,
          workflow_args_hash: String(count),
          task_hash: '1',
          max_concurrently_running: 100,
          created_date: now,
          status_date: now,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const { id: arrayId } = await db
        .insertInto('array')
        .values({ name: 'step', task_template_version_id: 1, workflow_id: workflowId, max_concurrently_running: 50 })
        .returning('id')
        .executeTakeFirstOrThrow();
      const taskIds: number[] = [];
      for (let node = 1; node <= tasks; node++) {
        const { id } = await db
          .insertInto('task')
          .values({
            workflow_id: workflowId,
            node_id: node,
            task_args_hash: '1',
            array_id: arrayId,
            name: `task_${node}`,
            command: `echo ${node}`,
            task_resources_id: resourcesId,
            max_attempts: maxAttempts,
            resource_scales: scales,
            status_date: now,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        taskIds.push(id);
      }
      return { workflowId, arrayId, resourcesId, taskIds };
    });
  }

  async link(workflowId: number, clientProcess?: string) {
    return this.call(
      'addWorkflowRun',
      {},
      {
        workflow_id: workflowId,
        user: 'bee',
        jobmon_version: '3.6.0',
        next_report_increment: 93,
        ...(clientProcess === undefined ? {} : { client_process: clientProcess }),
      },
    );
  }

  async moveRun(runId: number, status: WorkflowRunStatus): Promise<string> {
    return (await this.call('updateWorkflowRunStatus', { workflow_run_id: runId }, { status })).status;
  }

  /** Links a new run to the workflow and takes it through the statuses up to `status`. */
  async run(
    workflow: BoundWorkflow,
    { status = 'R' as WorkflowRunStatus, client = undefined as string | undefined } = {},
  ) {
    const { workflow_run_id: runId, err_msg } = await this.link(workflow.workflowId, client);
    if (runId === null) throw new Error(err_msg);
    for (const next of ['B', 'I', 'O', 'R'] as const) {
      if (status === 'L') break;
      await this.moveRun(runId, next);
      if (next === status) break;
    }
    return { ...workflow, runId };
  }

  /** Queues tasks of a running workflow and returns the ids of the new instances. */
  async queue(workflow: RunningWorkflow, taskIds = workflow.taskIds): Promise<number[]> {
    const before = await this.newestInstance();
    await this.call(
      'queueTaskBatch',
      { array_id: workflow.arrayId },
      { task_ids: [...taskIds], task_resources_id: workflow.resourcesId, workflow_run_id: workflow.runId },
    );
    return this.instanceIds(before);
  }

  /** Queues tasks and takes their instances to `status`: Q, I, O or R. */
  async attempt(workflow: RunningWorkflow, status: TaskInstanceStatus, taskIds = workflow.taskIds): Promise<number[]> {
    const ids = await this.queue(workflow, taskIds);
    if (status === 'Q') return ids;
    await this.call('instantiateTaskInstances', {}, { task_instance_ids: ids });
    if (status === 'I') return ids;
    for (const id of ids) {
      await this.call(
        'logDistributorId',
        { task_instance_id: id },
        { distributor_id: `${id}`, next_report_increment: 279 },
      );
    }
    if (status === 'O') return ids;
    await this.start(ids);
    return ids;
  }

  start(ids: readonly number[]) {
    return this.call(
      'startTaskInstances',
      {},
      {
        nodename: 'node1',
        process_group_id: 7,
        next_report_increment: 279,
        task_instances: ids.map((task_instance_id) => ({ task_instance_id, distributor_id: null })),
      },
    );
  }

  end(ids: readonly number[], status: string, error_description = 'it broke') {
    return this.call(
      'endTaskInstances',
      {},
      { task_instances: ids.map((task_instance_id) => ({ task_instance_id, status, error_description })) },
    );
  }

  async instance(id: number) {
    return this.services.database.read(({ db }) =>
      db.selectFrom('task_instance').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
  }

  async task(id: number) {
    return this.services.database.read(({ db }) =>
      db.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
  }

  /** Statuses of instance and task, as `R/R`. */
  async pair(instanceId: number): Promise<`${TaskInstanceStatus}/${TaskStatus}`> {
    const instance = await this.instance(instanceId);
    return `${instance.status}/${(await this.task(instance.task_id)).status}`;
  }

  /** Statuses of run and workflow, as `R/R`. */
  async runPair(runId: number): Promise<`${WorkflowRunStatus}/${WorkflowStatus}`> {
    const row = await this.services.database.read(({ db }) =>
      db
        .selectFrom('workflow_run')
        .innerJoin('workflow', 'workflow.id', 'workflow_run.workflow_id')
        .select(['workflow_run.status as run', 'workflow.status as workflow'])
        .where('workflow_run.id', '=', runId)
        .executeTakeFirstOrThrow(),
    );
    return `${row.run}/${row.workflow}`;
  }

  async errors(instanceId: number): Promise<string[]> {
    const answer = await this.call('getTaskInstanceErrorLog', { task_instance_id: instanceId }, {});
    return answer.task_instance_error_log.map(([, , description]) => description);
  }

  /** Puts rows into a state that the routes cannot reach, as an operator with SQL could. */
  async force(instanceId: number, status: { instance?: TaskInstanceStatus; task?: TaskStatus }): Promise<void> {
    const { task_id } = await this.instance(instanceId);
    await this.services.database.write(async ({ db }) => {
      const { instance, task } = status;
      if (instance)
        await db.updateTable('task_instance').set({ status: instance }).where('id', '=', instanceId).execute();
      if (task) await db.updateTable('task').set({ status: task }).where('id', '=', task_id).execute();
    });
  }

  async newestInstance(): Promise<number> {
    return (await this.instanceIds(0)).at(-1) ?? 0;
  }

  private async instanceIds(above: number): Promise<number[]> {
    const rows = await this.services.database.read(({ db }) =>
      db.selectFrom('task_instance').select('id').where('id', '>', above).orderBy('id').execute(),
    );
    return rows.map(({ id }) => id);
  }
}
