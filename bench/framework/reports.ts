/** Reports of task instances that were launched, as workers send them. */
import { sql } from 'kysely';
import type { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import { systemClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { Database } from '../../src/server/db/database.ts';

/** Reports in one request, and requests at a time. */
const BATCH = 500;
const IN_FLIGHT = 4;

/** Gives every task of the database an instance of the same id that run 1 has launched. */
export async function launchAll(location: { path: string } | { url: string }): Promise<void> {
  const database = await Database.open({ ...location, clock: systemClock, random: systemRandom });
  await database.write(async ({ db, now }) => {
    await sql`insert into task_instance (id, workflow_run_id, array_id, task_id, task_resources_id, array_batch_num,
      array_step_id, status, status_date, report_by_date)
      select id, 1, array_id, id, task_resources_id, 1, id - 1, 'O', ${now}, ${now + 3_600_000} from task`.execute(db);
    await db.updateTable('task').set({ status: 'O', num_attempts: 1 }).execute();
  });
  await database.close();
}

/** Every batch starts, then ends. */
export async function reportAll(requester: Requester, ids: readonly number[]): Promise<void> {
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
