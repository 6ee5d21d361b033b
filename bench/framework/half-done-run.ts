/** Makes the run of a large database one that is half done: what people look at while it runs. */
import { join } from 'node:path';
import { sql } from 'kysely';
import { systemClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { Database } from '../../src/server/db/database.ts';
import type { WriteUnit } from '../../src/server/db/unit.ts';
import type { LargeWorkflow } from './large-database.ts';

/** Share of the tasks that ended, and of those, one in so many that failed for good. */
const ENDED = 0.9;
const FATAL = 100;
/** Tasks that run now. */
const RUNNING = 500;

/** The run began so long ago (milliseconds); its attempts ended evenly since then. */
const AGE = 6 * 3_600_000;

/**
 * The first tasks have ended (some failed, after three attempts), the next run, and the others wait. No server may run on it.
 * @returns the ids of the attempts that run.
 */
export async function halfDoTheRun(dataDirectory: string, { tasks }: LargeWorkflow): Promise<number[]> {
  const path = join(dataDirectory, 'skep.sqlite');
  const database = await Database.open({ path, clock: systemClock, random: systemRandom });
  const ended = Math.floor(tasks * ENDED);
  try {
    await database.write((unit) => endTasks(unit, ended));
    await database.write((unit) => addAttempts(unit, ended));
    await database.write(addErrors);
    const rows = await database.read(({ db }) =>
      db.selectFrom('task_instance').select('id').where('status', '=', 'R').execute(),
    );
    return rows.map(({ id }) => id);
  } finally {
    await database.close();
  }
}

async function endTasks({ db, now }: WriteUnit, ended: number): Promise<void> {
  await sql`update workflow set status = 'R', status_date = ${now - AGE}, created_date = ${now - AGE}`.execute(db);
  await sql`update workflow_run set created_date = ${now - AGE}, status_date = ${now - AGE}`.execute(db);
  await sql`update task set
      status = case when id > ${ended} then 'R' when id % ${FATAL} = 0 then 'F' else 'D' end,
      num_attempts = case when id <= ${ended} and id % ${FATAL} = 0 then 3 else 1 end,
      status_date = ${endOf('id', ended, now)},
      revision = id
    where id <= ${ended + RUNNING}`.execute(db);
  await sql`update skep_revision set value = ${ended + RUNNING}`.execute(db);
}

/** One attempt of each task; of the failed ones three. */
async function addAttempts({ db, now }: WriteUnit, ended: number): Promise<void> {
  await sql`insert into task_instance (workflow_run_id, array_id, task_id, distributor_id, task_resources_id,
      array_batch_num, array_step_id, nodename, wallclock, maxrss, cpu, stdout, stderr, stdout_log, stderr_log,
      status, submitted_date, status_date, revision)
    select 1, array_id, task.id, task.id, 1, task.id, attempt.number, 'node-' || task.id % 40,
      case when status <> 'R' then 20 + task.id * 7919 % 400 / 10.0 end,
      case when status <> 'R' then 100000000 + task.id * 104729 % 900000000 end,
      case when status <> 'R' then 15 + task.id * 7919 % 400 / 20.0 end,
      '/home/user/output/' || name || '.o' || task.id, '/home/user/output/' || name || '.e' || task.id,
      'read 4096 records of ' || name, '',
      case status when 'F' then 'E' else status end,
      ${endOf('task.id', ended, now)} - 60000, ${endOf('task.id', ended, now)}, revision
    from task join (select 1 as number union select 2 union select 3) as attempt on attempt.number <= num_attempts
    where status <> 'G'`.execute(db);
}

async function addErrors({ db }: WriteUnit): Promise<void> {
  await sql`insert into task_instance_error_log (task_instance_id, error_time, description)
    select id, status_date, 'Command exited with status ' || (task_id / 100 % 7 + 1) || ' on ' || nodename || ' after ' ||
      wallclock || ' s' from task_instance where status = 'E'`.execute(db);
}

/** Tasks ended in the order of their ids. */
function endOf(id: string, ended: number, now: number) {
  return sql`min(${now}, cast(${now - AGE} + ${AGE} * 1.0 * ${sql.ref(id)} / ${ended} as integer))`;
}
