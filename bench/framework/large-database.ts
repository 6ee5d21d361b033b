/** Databases with one bound workflow of any size, filled by statements of SQL: binding is not what their users measure. */
import { join } from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { systemClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { WorkflowRunStatus } from '../../src/core/status.ts';
import { Database } from '../../src/server/db/database.ts';
import type { WriteUnit } from '../../src/server/db/unit.ts';

export interface LargeWorkflow {
  readonly workflowId: number;
  readonly workflowRunId: number;
  /** Tasks have the ids from 1 to this. */
  readonly tasks: number;
  readonly edges: number;
}

/** The tasks lie in layers of this width, or of a tenth of them where they are few. */
const LAYER_WIDTH = 1000;

/** Each task has these three in the next layer downstream, counted from its own place and around. */
const STEPS = [0, 1, 7];

/** What tasks without scales of their own are stored with. */
const SCALES = "{'memory': 0.5, 'runtime': 0.5}";

/** No limit, as workflows and arrays have it where their user sets none. */
const UNLIMITED = 2_147_483_647;

/**
 * Fills the database of a server whose data directory is `dataDirectory` (no server may run on it yet) with one workflow
 * of so many registered tasks (whole layers of them) on the cluster `dummy`, three edges each, and one run. The layers take
 * turns with the templates, which have the ids from 1.
 */
export async function createLargeDatabase(
  dataDirectory: string,
  wantedTasks: number,
  runStatus: WorkflowRunStatus = 'L',
  templates = 1,
): Promise<LargeWorkflow> {
  const path = join(dataDirectory, 'skep.sqlite');
  const database = await Database.open({ path, clock: systemClock, random: systemRandom });
  const width = Math.min(LAYER_WIDTH, Math.ceil(wantedTasks / 10));
  const tasks = Math.ceil(wantedTasks / width) * width;
  try {
    const templateId = templateOf(width, templates);
    await database.write((unit) => addMetadata(unit, runStatus, templates));
    await database.write((unit) => addGraph(unit, { tasks, width, templateId }));
    await database.write((unit) => addTasks(unit, tasks, templateId));
  } finally {
    await database.close();
  }
  return { workflowId: 1, workflowRunId: 1, tasks, edges: STEPS.length * (tasks - width) };
}

async function addMetadata({ db, now }: WriteUnit, runStatus: WorkflowRunStatus, templates: number): Promise<void> {
  await db.insertInto('tool').values({ name: 'bench' }).execute();
  await db.insertInto('tool_version').values({ tool_id: 1 }).execute();
  await sql`${numbers(templates)} insert into task_template (id, tool_version_id, name)
    select n, 1, 'step' || n from numbers`.execute(db);
  await sql`${numbers(templates)} insert into task_template_version (id, task_template_id, command_template, arg_mapping_hash)
    select n, n, 'true {number}', '1' from numbers`.execute(db);
  await sql`insert into task_resources (queue_id, task_resources_type_id, requested_resources)
    values (1, 'O', '{"memory": 2, "runtime": 3600, "cores": 1}')`.execute(db);
  await sql`insert into dag (hash, created_date) values ('1', ${now})`.execute(db);
  await sql`insert into workflow (tool_version_id, dag_id, workflow_args_hash, task_hash, name, workflow_args,
    max_concurrently_running, created_date, status_date, status)
    values (1, 1, '1', '1', 'large', 'large', ${UNLIMITED}, ${now}, ${now}, 'G')`.execute(db);
  await sql`insert into workflow_run (workflow_id, user, jobmon_version, status, created_date, status_date, heartbeat_date)
    values (1, 'bench', '3.6.0', ${runStatus}, ${now}, ${now}, ${now + 3_600_000})`.execute(db);
  await sql`${numbers(templates)} insert into "array" (id, name, task_template_version_id, workflow_id,
    max_concurrently_running, created_date) select n, 'step' || n, n, 1, ${UNLIMITED}, ${now} from numbers`.execute(db);
}

/** Id of the template, of its version and of the array of node or task n. */
function templateOf(width: number, templates: number) {
  return sql`((n - 1) / ${width} % ${templates} + 1)`;
}

interface Graph {
  readonly tasks: number;
  readonly width: number;
  readonly templateId: RawBuilder<unknown>;
}

/** Node n has id n, and lies at place (n − 1) % width of layer (n − 1) / width. */
async function addGraph({ db }: WriteUnit, { tasks, width, templateId }: Graph): Promise<void> {
  await sql`${numbers(tasks)} insert into node (id, task_template_version_id, node_args_hash)
    select n, ${templateId}, ${hashText} from numbers`.execute(db);
  const nodesOf = (layer: number, sign: number) =>
    sql.join(
      STEPS.map(
        (step) =>
          sql`(((n - 1) / ${width} + ${layer}) * ${width} + ((n - 1) % ${width} + ${sign * step + width}) % ${width} + 1)`,
      ),
      sql` || ', ' || `,
    );
  await sql`${numbers(tasks)} insert into edge (dag_id, node_id, upstream_node_ids, downstream_node_ids)
    select 1, n,
      case when n > ${width} then '[' || ${nodesOf(-1, -1)} || ']' end,
      case when n <= ${tasks - width} then '[' || ${nodesOf(1, 1)} || ']' end
    from numbers`.execute(db);
}

async function addTasks({ db, now }: WriteUnit, tasks: number, templateId: RawBuilder<unknown>): Promise<void> {
  await sql`${numbers(tasks)} insert into task (id, workflow_id, node_id, task_args_hash, array_id, name, command,
    task_resources_id, max_attempts, resource_scales, fallback_queues, status, status_date)
    select n, 1, n, ${hashText}, ${templateId}, 'step_' || n, 'true ' || n, 1, 3, ${SCALES}, '[]', 'G', ${now}
    from numbers`.execute(db);
}

/** As long as a real hash in decimal digits. */
const hashText = sql`'1' || printf('%076d', n)`;

/** A table of the numbers from 1 to `count`. */
function numbers(count: number) {
  return sql`with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})`;
}
