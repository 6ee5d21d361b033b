/** A server that holds a few workflows in the middle of their lives, made by the requests that peers make. */
import type { Served } from '../../server/served.ts';

/**
 * Three workflows of tool `bees`, each `gather` tasks before one `eat` task: one runs with an attempt in every stage, one
 * failed, one is done.
 */
export async function populate(served: Served): Promise<void> {
  const ask = served.ask.bind(served);
  const { tool } = await ask('POST', '/tool', { name: 'bees' });
  const { tool_version } = await ask('POST', '/tool_version', { tool_id: tool[0] });
  const gather = await templateVersion(served, tool_version[0], 'gather', 'echo {n}', ['n']);
  const eat = await templateVersion(served, tool_version[0], 'eat', 'true', []);
  const running = await startWorkflow(served, { toolVersion: tool_version[0], gather, eat, args: '1' });
  for (const [index, id] of running.instances.entries()) await STAGES[index % STAGES.length]?.(served, id);
  const failed = await startWorkflow(served, { toolVersion: tool_version[0], gather, eat, args: '2' });
  for (const id of failed.instances) await STAGES[FAILING]?.(served, id);
  await ask('PUT', `/workflow_run/${failed.run}/update_status`, { status: 'E' });
  const done = await startWorkflow(served, { toolVersion: tool_version[0], gather, eat, args: '3' });
  for (const id of done.instances) await STAGES[SUCCEEDING]?.(served, id);
  await ask('PUT', `/workflow_run/${done.run}/update_status`, { status: 'D' });
}

const GATHERERS = 6;

/** What happens to an attempt after it was launched. */
const STAGES: readonly ((served: Served, id: number) => Promise<unknown>)[] = [
  async () => {},
  (served, id) => report(served, id, 'log_running', RUNNING),
  async (served, id) => {
    await report(served, id, 'log_running', RUNNING);
    await report(served, id, 'log_done', { stdout: '/out', stderr: '/err', nodename: 'node1' });
  },
  async (served, id) => {
    await report(served, id, 'log_running', RUNNING);
    await report(served, id, 'log_error_worker_node', { error_state: 'E', error_description: 'no nectar 17' });
  },
  async (served, id) => {
    await report(served, id, 'log_running', RUNNING);
    await report(served, id, 'log_error_worker_node', { error_state: 'Z', error_description: 'out of memory' });
  },
];
const SUCCEEDING = 2;
const FAILING = 3;
const RUNNING = { nodename: 'node1', process_group_id: '77', next_report_increment: 279, distributor_id: '1' };

function report(served: Served, id: number, what: string, body: object) {
  return served.ask('POST', `/task_instance/${id}/${what}`, body);
}

async function templateVersion(served: Served, toolVersion: number, name: string, command: string, args: string[]) {
  const template = { tool_version_id: toolVersion, task_template_name: name };
  const { task_template_id } = await served.ask('POST', '/task_template', template);
  const { task_template_version } = await served.ask('POST', `/task_template/${task_template_id}/add_version`, {
    node_args: args,
    task_args: [],
    op_args: [],
    command_template: command,
    arg_mapping_hash: '7',
  });
  return task_template_version[0] as number;
}

interface Parts {
  readonly toolVersion: number;
  readonly gather: number;
  readonly eat: number;
  readonly args: string;
}

/** Binds a workflow, starts a run, and launches an attempt of every gatherer. */
async function startWorkflow(served: Served, { toolVersion, gather, eat, args }: Parts) {
  const ask = served.ask.bind(served);
  const nodes = await bindNodes(served, gather, eat);
  const { dag_id } = await ask('POST', '/dag', { dag_hash: '9' });
  const eater = nodes.at(-1) as number;
  const edges = nodes.map((node_id) =>
    node_id === eater
      ? { node_id, upstream_node_ids: nodes.slice(0, -1), downstream_node_ids: [] }
      : { node_id, upstream_node_ids: [], downstream_node_ids: [eater] },
  );
  await ask('POST', `/dag/${dag_id}/edges`, { edges_to_add: edges, mark_created: true });
  const { workflow_id } = await ask('POST', '/workflow', {
    tool_version_id: toolVersion,
    dag_id,
    workflow_args_hash: args,
    task_hash: args,
    description: 'bees at work',
    name: 'bees',
    workflow_args: args,
    max_concurrently_running: 100,
    workflow_attributes: { release: args },
  });
  const arrays = await Promise.all(
    [gather, eat].map(async (version) => {
      const array = { workflow_id, task_template_version_id: version, max_concurrently_running: 50, name: 'gather' };
      return (await ask('POST', '/array', array)).array_id as number;
    }),
  );
  const requested_resources = { cores: 1, memory: 2, runtime: 60 };
  const resources = await ask('POST', '/task/bind_resources', {
    queue_id: 3,
    task_resources_type_id: 'O',
    requested_resources,
  });
  const tasks = nodes.map((node, index) => {
    const [array, name] = node === eater ? [arrays[1], 'eat'] : [arrays[0], `gather_${index + 1}`];
    return [String(index), [node, '5', array, resources, name, `echo ${index}`, 2, false, { memory: 0.5 }, ['null.q']]];
  });
  const bound = await ask('PUT', '/task/bind_tasks_no_args', {
    workflow_id,
    tasks: Object.fromEntries(tasks),
    mark_created: true,
  });
  const run = { workflow_id, user: 'bee', jobmon_version: '3.6.0', next_report_increment: 0 };
  const { workflow_run_id } = await ask('POST', '/workflow_run', run);
  for (const status of ['B', 'I', 'O', 'R'])
    await ask('PUT', `/workflow_run/${workflow_run_id}/update_status`, { status });
  const task_ids = nodes.slice(0, -1).map((_node, index) => bound.tasks[index][0]);
  const batch = { task_ids, task_resources_id: resources, workflow_run_id, cluster_id: 3 };
  await ask('POST', `/array/${arrays[0]}/queue_task_batch`, batch);
  const { status_updates } = await ask('POST', `/workflow_run/${workflow_run_id}/sync_status`, {
    task_instance_ids: [],
    status: 'Q',
  });
  const instances: number[] = status_updates.Q;
  await ask('POST', '/task_instance/instantiate_task_instances', { task_instance_ids: instances });
  await ask('POST', `/array/${arrays[0]}/transition_to_launched`, { batch_number: 1, next_report_increment: 279 });
  return { run: workflow_run_id as number, instances };
}

/** Nodes of the gatherers, then that of the eater. */
async function bindNodes(served: Served, gather: number, eat: number): Promise<number[]> {
  const gatherers = Array.from({ length: GATHERERS }, (_, index) => ({
    task_template_version_id: gather,
    node_args_hash: String(index),
    node_args: { 1: String(index) },
  }));
  const sent = [...gatherers, { task_template_version_id: eat, node_args_hash: '0', node_args: {} }];
  const { nodes } = await served.ask('POST', '/nodes', { nodes: sent });
  return sent.map((node) => nodes[`${node.task_template_version_id}:${node.node_args_hash}`]);
}
