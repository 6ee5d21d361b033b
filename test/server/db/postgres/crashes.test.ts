/** Servers that are killed, and a PostgreSQL that is stopped without a word, under load: what was acknowledged is there. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { Requester } from '../../../../src/api/requester.ts';
import { routes } from '../../../../src/api/routes.ts';
import { httpTransport } from '../../../../src/api/transport.ts';
import { systemClock as clock } from '../../../../src/core/clock.ts';
import { systemRandom as random } from '../../../../src/core/random.ts';
import { Database } from '../../../../src/server/db/database.ts';
import { createPostgresPlace, NO_POSTGRES } from '../../../support/database.ts';
import { temporaryDirectory } from '../../served.ts';

const TASKS = 200;
/** How often PostgreSQL is stopped; `make chaos` takes its time. */
const STOPS = process.env.CHAOS === 'long' ? 30 : 3;

describe('sudden ends', { skip: NO_POSTGRES }, () => {
  test('of two servers one is killed under load, and the other goes on with nothing lost', async (context) => {
    const place = await createPostgresPlace();
    context.after(() => place.remove());
    const database = await Database.open({ ...place.location, clock, random });
    context.after(() => database.close());
    await launchTasks(database);
    const servers = await Promise.all([1, 2].map(() => startServer(context, place.location.url)));
    const [victim, survivor] = servers as [Server, Server];
    let acknowledged = 0;
    const report = async (id: number) => {
      for (const status of ['R', 'D'] as const) {
        // Half of the reports go to the server that is killed, and after that to the other, as a load balancer has it.
        if (id % 2 === 0 || !(await sent(victim, id, status))) assert.ok(await sent(survivor, id, status));
        acknowledged += 1;
        if (acknowledged === TASKS / 2) victim.process.kill('SIGKILL');
      }
    };
    for (let first = 1; first <= TASKS; first += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => report(first + index)));
    }
    assert.equal(acknowledged, 2 * TASKS);
    const rows = await database.read(({ db }) =>
      sql<{ pair: string; count: number }>`
        select task_instance.status || task.status as pair, count(*) as count
        from task join task_instance on task_instance.task_id = task.id group by 1`.execute(db),
    );
    assert.deepEqual(rows.rows, [{ pair: 'DD', count: TASKS }]);
    const errors = await database.read(({ db }) => db.selectFrom('task_instance_error_log').selectAll().execute());
    assert.deepEqual(errors, []);
  });

  test('PostgreSQL is stopped at once again and again, and keeps what was acknowledged', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'skep-stopped-'));
    chmodSync(directory, 0o755); // PostgreSQL's own user has to reach what lies below.
    const script = (verb: string) =>
      execFileSync(resolve('scripts/services/postgres.sh'), [verb], {
        env: { ...process.env, SERVICES_DIR: directory },
        encoding: 'utf8',
      });
    context.after(() => {
      script('clean');
      rmSync(directory, { recursive: true, force: true });
    });
    script('start');
    const url = /=(postgres:.*)/.exec(script('env'))?.[1] ?? '';
    const database = await Database.open({ url, clock, random });
    context.after(() => database.close());
    const acknowledged: string[] = [];
    let [isOver, refused] = [false, 0];
    const load = Promise.all([1, 2, 3, 4].map((writer) => write(writer)));
    async function write(writer: number): Promise<void> {
      for (let count = 0; !isOver; count++) {
        const name = `${writer}/${count}`;
        try {
          await database.write((unit) => unit.db.insertInto('tool').values({ name }).execute());
          acknowledged.push(name);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'database_unavailable');
          refused += 1;
        }
        await new Promise((next) => setImmediate(next));
      }
    }
    for (let stop = 0; stop < STOPS; stop++) {
      const before = acknowledged.length;
      while (acknowledged.length < before + 50) await clock.sleep(5);
      script('immediate');
      script('start');
    }
    const before = acknowledged.length;
    while (acknowledged.length < before + 50) await clock.sleep(5);
    isOver = true;
    await load;
    const rows = await database.read(({ db }) => db.selectFrom('tool').select('name').execute());
    const present = new Set(rows.map(({ name }) => name));
    assert.deepEqual(
      acknowledged.filter((name) => !present.has(name)),
      [],
    );
    assert.equal(present.size, rows.length);
    assert.ok(refused > 0, 'writes were refused while it was down');
  });
});

interface Server {
  readonly process: ChildProcess;
  readonly requester: Requester;
}

/** A server in a process of its own. */
async function startServer(context: TestContext, url: string): Promise<Server> {
  const data = temporaryDirectory(context);
  const started = spawn(process.execPath, [resolve('src/cli/main.ts'), 'server', 'start', '--port', '0'], {
    env: { ...process.env, SKEP__SERVER__DATA_DIR: data, SKEP__DATABASE__URL: url, SKEP__AUTH__MODE: 'none' },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => started.once('close', resolve));
  const record = join(data, 'server.json');
  while (!existsSync(record) && started.exitCode === null) await clock.sleep(10);
  const requester = new Requester({ transport: httpTransport(JSON.parse(readFileSync(record, 'utf8')).url) });
  context.after(async () => {
    await requester.close();
    started.kill('SIGTERM');
    await ended;
  });
  return { process: started, requester };
}

/** Whether the server acknowledged the report. */
async function sent({ requester }: Server, id: number, status: 'R' | 'D'): Promise<boolean> {
  const once = { attempts: 1 };
  try {
    if (status === 'R') {
      const task_instances = [{ task_instance_id: id, distributor_id: null }];
      const body = { nodename: 'here', process_group_id: 1, next_report_increment: 300, task_instances };
      await requester.call(routes.startTaskInstances, { body }, once);
    } else {
      await requester.call(
        routes.endTaskInstances,
        { body: { task_instances: [{ task_instance_id: id, status }] } },
        once,
      );
    }
    return true;
  } catch {
    return false; // The test counts on the other server then.
  }
}

/** A workflow whose tasks have an instance each, of the same id, which is launched. */
async function launchTasks(database: Database): Promise<void> {
  await database.write(async ({ db, now }) => {
    const numbers = sql`generate_series(1, ${sql.lit(TASKS)}) as n`;
    await sql`insert into workflow (dag_id, workflow_args_hash, task_hash, max_concurrently_running, created_date,
      status_date, status) values (1, '1', '1', 100, ${now}, ${now}, 'R')`.execute(db);
    await sql`insert into workflow_run (workflow_id, status, created_date, status_date, heartbeat_date)
      values (1, 'R', ${now}, ${now}, ${now + 3_600_000})`.execute(db);
    await sql`insert into "array" (name, workflow_id, max_concurrently_running) values ('step', 1, 100)`.execute(db);
    await sql`insert into task (id, workflow_id, node_id, task_args_hash, array_id, name, command, max_attempts,
      num_attempts, status, status_date)
      select n, 1, n, '1', 1, 'step', 'true', 3, 1, 'O', ${now}::bigint from ${numbers}`.execute(db);
    await sql`insert into task_instance (id, workflow_run_id, array_id, task_id, task_resources_id, array_batch_num,
      array_step_id, status, status_date, report_by_date)
      select n, 1, 1, n, 1, 1, n, 'O', ${now}::bigint, ${now + 3_600_000}::bigint from ${numbers}`.execute(db);
  });
}
