/** A listening server with bound workflows of real commands, for tests of distributors and workers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import { httpTransport } from '../../src/api/transport.ts';
import { findMarked, type MarkedProcess } from '../../src/core/attempt-mark.ts';
import { systemClock } from '../../src/core/clock.ts';
import { type Config, type ConfigOverrides, loadConfig } from '../../src/core/config.ts';
import { silentLog } from '../../src/core/log.ts';
import { type LaunchedProcess, systemProcesses } from '../../src/core/process.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createServer, type Server } from '../../src/server/app.ts';
import { Database } from '../../src/server/db/database.ts';

const TOKEN = 'honey';

export interface Bound {
  readonly workflowId: number;
  readonly arrayId: number;
  readonly resourcesId: number;
  readonly taskIds: readonly number[];
}

export interface Job {
  readonly program: LaunchedProcess;
  /** What it has written to stderr so far. */
  readonly stderr: () => string;
}

interface Hooks {
  after(action: () => unknown): void;
}

export class Workplace {
  readonly server: Server;
  readonly database: Database;
  readonly url: string;
  readonly directory: string;
  readonly requester: Requester;
  readonly config: Config;
  /** Environment of the processes that are to find this server. */
  readonly environment: Record<string, string | undefined>;
  readonly #launched: LaunchedProcess[] = [];

  /** `extensions` false: a server that has the compatible routes alone. */
  static async open(
    test: Hooks,
    { extensions = true, overrides = {} as ConfigOverrides, environment = {} as Record<string, string> } = {},
  ): Promise<Workplace> {
    const directory = mkdtempSync(join(tmpdir(), 'skep-work-'));
    const seams = { clock: systemClock, random: systemRandom, processes: systemProcesses };
    const database = await Database.open({ path: join(directory, 'skep.sqlite'), ...seams });
    const config = loadConfig({ environment: {}, overrides: { ...overrides, server: { extensions } } });
    const server = await createServer({ config, database, ...seams, log: silentLog, token: TOKEN });
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.app.server.address() as AddressInfo;
    writeFileSync(join(directory, 'token'), TOKEN);
    const place = new Workplace({ server, database, directory, config, url: `http://127.0.0.1:${port}`, environment });
    test.after(() => place.close());
    return place;
  }

  private constructor(parts: Pick<Workplace, 'server' | 'database' | 'directory' | 'config' | 'url' | 'environment'>) {
    this.server = parts.server;
    this.database = parts.database;
    this.directory = parts.directory;
    this.config = parts.config;
    this.url = parts.url;
    this.requester = new Requester({ transport: httpTransport(parts.url), token: TOKEN });
    this.environment = {
      PATH: process.env.PATH,
      HOME: parts.directory,
      SKEP__HTTP__SERVICE_URL: parts.url,
      SKEP__HTTP__TOKEN_FILE: join(parts.directory, 'token'),
      ...parts.environment,
    };
  }

  /** Ends every process of the test, also what its commands left behind, and removes every file. */
  async close(): Promise<void> {
    for (const program of this.#launched) program.signal('SIGKILL');
    await Promise.all(this.#launched.map(({ exited }) => exited));
    await this.until(() => {
      for (const { pid } of this.marked()) killQuietly(pid);
      return this.marked().length === 0;
    });
    await this.requester.close();
    await this.server.close();
    await this.database.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A bound workflow with one task for each command; all request the same resources. */
  bind(
    commands: readonly string[],
    { resources = {} as Record<string, unknown>, maxAttempts = 3, names = [] as readonly string[] } = {},
  ): Promise<Bound> {
    const queueId = 3;
    return this.database.write(async ({ db, now }) => {
      const insert = async (table: string, values: object): Promise<number> => {
        const query = db.insertInto(table as 'tool').values(values as never);
        return (await query.returning('id').executeTakeFirstOrThrow()).id;
      };
      const resourcesId = await insert('task_resources', {
        queue_id: queueId,
        task_resources_type_id: 'O',
        requested_resources: JSON.stringify(resources),
      });
      const workflowId = await insert('workflow', {
        tool_version_id: 1,
        dag_id: 1,
        workflow_args_hash: systemRandom.uuid(),
        task_hash: '1',
        max_concurrently_running: 10_000,
        created_date: now,
        status_date: now,
      });
      const array = { name: 'step', task_template_version_id: 1, workflow_id: workflowId };
      const arrayId = await insert('array', { ...array, max_concurrently_running: 10_000 });
      const taskIds: number[] = [];
      for (const [node, command] of commands.entries()) {
        taskIds.push(
          await insert('task', {
            workflow_id: workflowId,
            node_id: node,
            task_args_hash: '1',
            array_id: arrayId,
            name: names[node] ?? `task_${node}`,
            command,
            task_resources_id: resourcesId,
            max_attempts: maxAttempts,
            status_date: now,
          }),
        );
      }
      return { workflowId, arrayId, resourcesId, taskIds };
    });
  }

  /** Links a new run, which then waits for its distributor. */
  async link({ workflowId }: Bound): Promise<number> {
    const body = { workflow_id: workflowId, user: 'bee', jobmon_version: '3.6.0', next_report_increment: 93 };
    const { workflow_run_id: id, err_msg } = await this.requester.call(routes.addWorkflowRun, { body });
    if (id === null) throw new Error(err_msg);
    await this.moveRun(id, 'B');
    return id;
  }

  async moveRun(id: number, status: string): Promise<string> {
    const params = { workflow_run_id: id };
    return (await this.requester.call(routes.updateWorkflowRunStatus, { params, body: { status } })).status;
  }

  /** Queues tasks, all of them by default, and gives the ids of their new instances. */
  async queue(bound: Bound, workflowRunId: number, taskIds = bound.taskIds): Promise<number[]> {
    const before = new Set((await this.instances(workflowRunId)).map(({ id }) => id));
    const params = { array_id: bound.arrayId };
    for (let start = 0; start < taskIds.length; start += 500) {
      const task_ids = taskIds.slice(start, start + 500);
      const body = { task_ids, task_resources_id: bound.resourcesId, workflow_run_id: workflowRunId };
      await this.requester.call(routes.queueTaskBatch, { params, body });
    }
    return (await this.instances(workflowRunId)).map(({ id }) => id).filter((id) => !before.has(id));
  }

  /** All instances of a run by ascending id. */
  instances(workflowRunId: number) {
    return this.database.read(({ db }) =>
      db.selectFrom('task_instance').selectAll().where('workflow_run_id', '=', workflowRunId).orderBy('id').execute(),
    );
  }

  instance(id: number) {
    return this.database.read(({ db }) =>
      db.selectFrom('task_instance').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
  }

  /** Statuses of an instance and its task, as `R/R`. */
  async pair(id: number): Promise<string> {
    const instance = await this.instance(id);
    const task = await this.database.read(({ db }) =>
      db.selectFrom('task').select('status').where('id', '=', instance.task_id).executeTakeFirstOrThrow(),
    );
    return `${instance.status}/${task.status}`;
  }

  async errors(id: number): Promise<string[]> {
    const params = { task_instance_id: id };
    const answer = await this.requester.call(routes.getTaskInstanceErrorLog, { params });
    return answer.task_instance_error_log.map(([, , description]) => description);
  }

  /** Puts an instance into a state that the routes cannot reach in the time of a test. */
  async force(id: number, values: { status?: string; report_by_date?: number }): Promise<void> {
    await this.database.write(async (unit) => {
      const revision = await unit.revision();
      await unit.db
        .updateTable('task_instance')
        .set({ ...values, revision } as never)
        .where('id', '=', id)
        .execute();
      const { workflow_run_id } = await unit.db
        .selectFrom('task_instance')
        .select('workflow_run_id')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      unit.changed(`workflow_run:${workflow_run_id}`);
    });
  }

  /** Waits until `condition` holds; fails when it does not within `seconds`. */
  async until(condition: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`Not within ${seconds} s: ${condition}`);
      await sleep(10);
    }
  }

  /** Waits until every instance of the run has ended. */
  untilEnded(workflowRunId: number, seconds = 120): Promise<void> {
    return this.until(async () => {
      const rows = await this.instances(workflowRunId);
      return rows.every(({ status }) => ['D', 'E', 'F', 'Z', 'U', 'W'].includes(status));
    }, seconds);
  }

  /** Starts the worker or the distributor as a process of its own. */
  async launch(
    entry: 'worker' | 'distributor',
    words: readonly (string | number)[],
    environment: Record<string, string> = {},
  ): Promise<Job> {
    const program = await systemProcesses.launch({
      program: process.execPath,
      arguments: [fileURLToPath(new URL(`../../src/${entry}/main.ts`, import.meta.url)), ...words.map(String)],
      environment: { ...this.environment, ...environment },
      ownGroup: true,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.#launched.push(program);
    let stderr = '';
    program.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    return { program, stderr: () => stderr };
  }

  /** Starts the distributor of a run and waits until it is ready. */
  async distribute(bound: Bound, workflowRunId: number, clusterName = 'multiprocess'): Promise<Job> {
    const job = await this.launch('distributor', [
      ...['start', '--cluster_name', clusterName],
      ...['--workflow_run_id', workflowRunId, '--workflow_id', bound.workflowId],
    ]);
    let ended = false;
    job.program.exited.then(() => {
      ended = true;
    });
    await this.until(() => ended || job.stderr().includes('ALIVE'));
    if (ended) throw new Error(`The distributor ended: ${job.stderr()}`);
    return job;
  }

  /** Processes of commands of this server that live now. */
  marked(): MarkedProcess[] {
    return findMarked(({ database }) => database === this.database.databaseId);
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
