/** A small workflow on a served database: two `prepare` tasks, a `model` task behind each, and a `summary` behind both. */
import type { TaskInstanceStatus, TaskStatus, WorkflowRunStatus, WorkflowStatus } from '../../src/core/status.ts';
import type { Served } from './served.ts';

export interface Pipeline {
  readonly workflowId: number;
  /** prepare 1 and 2, model 1 and 2, summary. */
  readonly tasks: readonly [number, number, number, number, number];
  /** Of prepare, model and summary. */
  readonly arrays: readonly [number, number, number];
}

export interface PipelineOptions {
  readonly args?: string;
  readonly name?: string | null;
  readonly attributes?: Readonly<Record<string, string>>;
  /** 3: a real cluster; 1: the dummy. */
  readonly queue?: number;
  readonly tool?: string;
}

const TEMPLATES = ['prepare', 'model', 'summary'];
/** Template of each task. */
const LAYOUT = [0, 0, 1, 1, 2] as const;
const DOWNSTREAM = [[2], [3], [4], [4], []];

/** Binds the workflow; those of one tool share nodes and dag. */
export async function bindPipeline(
  served: Pick<Served, 'ask'>,
  { args = 'one', name = 'bread', attributes = {}, queue = 3, tool: toolName = 'bakery' }: PipelineOptions = {},
): Promise<Pipeline> {
  const { tool } = await served.ask('POST', '/tool', { name: toolName });
  const { tool_versions } = await served.ask('GET', `/tool/${tool[0]}/tool_versions`);
  const version =
    tool_versions[0]?.[0] ?? (await served.ask('POST', '/tool_version', { tool_id: tool[0] })).tool_version[0];
  const templates: number[] = [];
  for (const task_template_name of TEMPLATES) {
    const template = await served.ask('POST', '/task_template', { tool_version_id: version, task_template_name });
    const fields = { node_args: [], task_args: [], op_args: [], command_template: 'true', arg_mapping_hash: 1 };
    const added = await served.ask('POST', `/task_template/${template.task_template_id}/add_version`, fields);
    templates.push(added.task_template_version[0]);
  }
  const requests = LAYOUT.map((template, index) => ({
    task_template_version_id: templates[template],
    node_args_hash: index,
    node_args: {},
  }));
  const answer = await served.ask('POST', '/nodes', { nodes: requests });
  const nodes = LAYOUT.map((template, index): number => answer.nodes[`${templates[template]}:${index}`]);
  const { dag_id } = await served.ask('POST', '/dag', { dag_hash: tool[0] });
  const edges_to_add = nodes.map((node_id, index) => ({
    node_id,
    upstream_node_ids: nodes.filter((_, other) => DOWNSTREAM[other]?.includes(index)),
    downstream_node_ids: DOWNSTREAM[index]?.map((other) => nodes[other]),
  }));
  await served.ask('POST', `/dag/${dag_id}/edges`, { edges_to_add, mark_created: true });
  const { workflow_id: workflowId } = await served.ask('POST', '/workflow', {
    tool_version_id: version,
    dag_id,
    workflow_args_hash: [...args].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7),
    task_hash: 1,
    description: null,
    name,
    workflow_args: args,
    max_concurrently_running: 40,
    workflow_attributes: attributes,
  });
  const arrays: number[] = [];
  for (const [index, name] of TEMPLATES.entries()) {
    const task_template_version_id = templates[index];
    const array = { workflow_id: workflowId, task_template_version_id, max_concurrently_running: 9, name };
    arrays.push((await served.ask('POST', '/array', array)).array_id);
  }
  const resources = { queue_id: queue, task_resources_type_id: 'O', requested_resources: { cores: 2 } };
  const resourcesId = await served.ask('POST', '/task/bind_resources', resources);
  const names = ['prepare_1', 'prepare_2', 'model_1', 'model_2', 'summary'];
  const tasks = LAYOUT.map((template, index) => [
    nodes[index],
    '1',
    arrays[template],
    resourcesId,
    names[index],
    `run ${names[index]}`,
    3,
    false,
    {},
    [],
  ]);
  const bound = await served.ask('PUT', '/task/bind_tasks_no_args', {
    workflow_id: workflowId,
    tasks: Object.fromEntries(tasks.entries()),
    mark_created: true,
  });
  const ids = LAYOUT.map((_, index): number => bound.tasks[index][0]);
  return { workflowId, tasks: ids as never, arrays: arrays as never };
}

/** Adds a run in a status; `deadline` in milliseconds from now. */
export function addRun(
  served: Served,
  workflow_id: number,
  { user = 'ada', status = 'R' as WorkflowRunStatus, deadline = 60_000 } = {},
): Promise<number> {
  return served.database.write(async ({ db, now }) => {
    const dates = { created_date: now, status_date: now, heartbeat_date: now + deadline };
    const run = { workflow_id, user, status, jobmon_version: '3.6.0', ...dates };
    return (await db.insertInto('workflow_run').values(run).returning('id').executeTakeFirstOrThrow()).id;
  });
}

export async function setWorkflow(served: Served, id: number, status: WorkflowStatus): Promise<void> {
  await served.database.write(({ db }) =>
    db.updateTable('workflow').set({ status, status_date: 1 }).where('id', '=', id).execute(),
  );
}

export async function setTasks(
  served: Served,
  ids: readonly number[],
  status: TaskStatus,
  num_attempts = 1,
): Promise<void> {
  await served.database.write(({ db }) =>
    db.updateTable('task').set({ status, num_attempts, status_date: 1 }).where('id', 'in', ids).execute(),
  );
}

/** What an instance may have beside its status. */
export interface InstanceFields {
  /** 1 when it is not given. */
  readonly array_id?: number;
  readonly stdout?: string;
  readonly stderr_log?: string;
  readonly wallclock?: string;
  readonly maxrss?: string;
  readonly task_resources_id?: number;
  readonly report_by_date?: number;
}

export function addInstance(
  served: Served,
  { task, run = 1, status }: { task: number; run?: number; status: TaskInstanceStatus },
  fields: InstanceFields = {},
): Promise<number> {
  return served.database.write(async ({ db, now }) => {
    const { step } = await db
      .selectFrom('task_instance')
      .select(({ fn }) => fn.countAll<number>().as('step'))
      .executeTakeFirstOrThrow();
    const place = { array_id: 1, array_batch_num: 1, array_step_id: step, task_resources_id: 1 };
    const row = { ...place, task_id: task, workflow_run_id: run, status, status_date: now, ...fields };
    return (await db.insertInto('task_instance').values(row).returning('id').executeTakeFirstOrThrow()).id;
  });
}

export async function addError(served: Served, task_instance_id: number, description: string): Promise<void> {
  await served.database.write(({ db, now }) =>
    db.insertInto('task_instance_error_log').values({ task_instance_id, error_time: now, description }).execute(),
  );
}
