/**
 * Durable status changes at the server: bulk reports of the start and the end of task instances through the routes of
 * workers, several requests in flight. Each report moves the instance and its task.
 */
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Requester } from '../src/api/requester.ts';
import { routes } from '../src/api/routes.ts';
import { systemClock } from '../src/core/clock.ts';
import { systemRandom } from '../src/core/random.ts';
import { Database } from '../src/server/db/database.ts';
import { benchmark } from './framework/benchmark.ts';
import { createLargeDatabase } from './framework/large-database.ts';
import { BenchServer } from './framework/server.ts';

/** Reports in one request, and requests at a time. */
const BATCH = 500;
const IN_FLIGHT = 4;

await benchmark(async ({ directory, repeats, size, sizes, add }) => {
  for (const wanted of sizes(10_000, 100_000, 1_000_000)) {
    const data = join(directory, String(wanted));
    const { tasks } = await createLargeDatabase(data, wanted, 'R');
    await launchAll(data);
    await using server = await BenchServer.start(data);
    const share = Math.min(Math.floor(tasks / repeats), size(30_000));
    const values: number[] = [];
    const requester = server.requester();
    for (let count = 0; count < repeats; count++) {
      const ids = Array.from({ length: share }, (_, index) => count * share + index + 1);
      const started = performance.now();
      await reportAll(requester, ids);
      values.push((2 * share * 1000) / (performance.now() - started));
    }
    await requester.close();
    add({
      work: `status changes, ${tasks.toLocaleString('en')} task instances in the database`,
      values,
      unit: '/s',
      reach: '≥ 20,000 /s',
    });
  }
});

/** Gives every task an instance of the same id that was launched. */
async function launchAll(dataDirectory: string): Promise<void> {
  const path = join(dataDirectory, 'skep.sqlite');
  const database = await Database.open({ path, clock: systemClock, random: systemRandom });
  await database.write(async ({ db, now }) => {
    await sql`insert into task_instance (id, workflow_run_id, array_id, task_id, task_resources_id, array_batch_num,
      array_step_id, status, status_date, report_by_date)
      select id, 1, 1, id, 1, 1, id - 1, 'O', ${now}, ${now + 3_600_000} from task`.execute(db);
    await db.updateTable('task').set({ status: 'O', num_attempts: 1 }).execute();
  });
  await database.close();
}

/** Every batch starts, then ends. */
async function reportAll(requester: Requester, ids: readonly number[]): Promise<void> {
  let next = 0;
  const reportBatches = async () => {
    while (next < ids.length) {
      const batch = ids.slice(next, next + BATCH);
      next += BATCH;
      const started = batch.map((id) => ({ task_instance_id: id, distributor_id: String(id) }));
      await requester.call(routes.startTaskInstances, {
        body: { nodename: 'bench', process_group_id: 1, next_report_increment: 300, task_instances: started },
      });
      const ended = batch.map((id) => ({ task_instance_id: id, status: 'D', nodename: 'bench' }));
      await requester.call(routes.endTaskInstances, { body: { task_instances: ended } });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, reportBatches));
}
