/** Requests of the binding compared with those that another implementation sent for the same workflow. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parseJson } from '../../../src/api/json.ts';
import { Tool } from '../../../src/client/tool.ts';
import { openServer } from './bound.ts';

const recording = resolve(import.meta.dirname, '../../../../shared/wire/1-run-done.jsonl');

/** The recorded workflow: four `prepare`, four `model` that depend on one each, one `summary` of all. */
function recordedWorkflow() {
  const tool = new Tool('wire_tool', {
    defaultComputeResourcesSet: { multiprocess: { cores: 1, memory: '1G', runtime: '1m', queue: 'null.q' } },
  });
  const prepare = tool.getTaskTemplate({
    templateName: 'prepare',
    commandTemplate: "sh -c 'echo {location_id} > {out_dir}/prep_{location_id}'",
    nodeArgs: ['location_id'],
    taskArgs: ['out_dir'],
  });
  const model = tool.getTaskTemplate({
    templateName: 'model',
    commandTemplate:
      "{shell} -c 'test -f {out_dir}/prep_{location_id} && {extra}; echo model {location_id} >&2; cat {out_dir}/prep_{location_id} > {out_dir}/model_{location_id}'",
    nodeArgs: ['location_id'],
    taskArgs: ['out_dir'],
    opArgs: ['shell', 'extra'],
  });
  const summary = tool.getTaskTemplate({
    templateName: 'summary',
    commandTemplate: "sh -c 'cat {out_dir}/model_* > {out_dir}/summary'",
    taskArgs: ['out_dir'],
  });
  const workflow = tool.createWorkflow({
    workflowArgs: 'wire_args_done',
    name: 'wire_workflow',
    maxConcurrentlyRunning: 3,
    workflowAttributes: { release: 7 },
  });
  const ids = [1, 2, 3, 4];
  const flaky = 'if [ ! -f /srv/wire/flaky_done ]; then touch /srv/wire/flaky_done; echo flaky failure >&2; exit 3; fi';
  const prepared = ids.map((id) =>
    prepare.createTask(
      { location_id: id, out_dir: '/srv/wire' },
      { name: `prep_${id}`, taskAttributes: { round: id } },
    ),
  );
  const modelled = ids.map((id, index) =>
    model.createTask(
      { location_id: id, out_dir: '/srv/wire', shell: 'sh', extra: id === 2 ? flaky : 'true' },
      {
        name: `model_${id}`,
        maxAttempts: 2,
        resourceScales: { memory: 0.5 },
        upstreamTasks: [prepared[index] as never],
      },
    ),
  );
  workflow.addTasks(prepared);
  workflow.addTasks(modelled);
  workflow.addTask(summary.createTask({ out_dir: '/srv/wire' }, { name: 'summary', upstreamTasks: modelled }));
  return workflow;
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape.
type Body = any;

/** The recorded requests up to the first run: those that bind the workflow. */
function recordedRequests(): { route: string; body: Body }[] {
  const lines = readFileSync(recording, 'utf8').trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line)).sort((left, right) => left.seq - right.seq);
  const end = rows.findIndex(({ url }) => url.startsWith('/api/v3/workflow_run'));
  return rows.slice(0, end).map(({ method, url, request }) => ({
    route: `${method} ${url.replace('/api/v3', '').replace(/\?.*/, '')}`,
    body: request === '' ? undefined : parseJson(request),
  }));
}

/** Hashes travel as integers from them, as text from us. */
function withTextHashes(body: Body): Body {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, key.endsWith('_hash') ? String(value) : value]),
  );
}

/** Nodes in any order: they had none of their own in the recording. */
const nodeSet = (body: Body) => body.nodes.map((node: Body) => JSON.stringify(node)).sort();

/** Everything of a task but its node's id, which depends on the order of the nodes. */
const taskRows = ({ tasks, mark_created }: Body) => [
  mark_created,
  Object.fromEntries(Object.entries<unknown[]>(tasks).map(([key, [, ...rest]]) => [key, rest])),
];

/** How many upstream and downstream nodes each node has. */
const degrees = (body: Body) =>
  body.edges_to_add.map((edge: Body) => `${edge.upstream_node_ids.length} ${edge.downstream_node_ids.length}`).sort();

test('the requests that bind the recorded workflow are the recorded ones, hashes to the digit', {
  skip: existsSync(recording) ? false : 'the recorded exchanges are not here',
}, async (context) => {
  const { requester, requests, bodiesOf } = await openServer(context);
  const workflow = recordedWorkflow();
  await workflow.bind(requester);
  await workflow.bindTasks();
  const recorded = recordedRequests();
  const recordedBodiesOf = (wanted: string) => recorded.filter(({ route }) => route === wanted).map(({ body }) => body);
  const compareAs: Record<string, (body: Body) => unknown> = {
    'POST /nodes': nodeSet,
    'POST /dag/1/edges': degrees,
    'PUT /task/bind_tasks_no_args': taskRows,
  };
  // They load what the server knows of a tool when it is made; and attributes also for tasks that have none.
  const theirsAlone = /^GET \/(tool_version\/1\/task_templates|task_template\/\d\/versions)|bind_task_attributes$/;
  const routes = new Set(recorded.map(({ route }) => route).filter((route) => !theirsAlone.test(route)));
  for (const route of routes) {
    const as = compareAs[route] ?? withTextHashes;
    assert.deepEqual(bodiesOf(route).map(as), recordedBodiesOf(route).map(as), route);
  }
  const ours = requests.map(({ route }) => route).filter((route) => !routes.has(route));
  assert.deepEqual(ours, ['PUT /task/bind_task_attributes'], 'and no others');
  const [{ task_attributes: sent }] = bodiesOf('PUT /task/bind_task_attributes');
  const [{ task_attributes: recordedOnes }] = recordedBodiesOf('PUT /task/bind_task_attributes');
  assert.deepEqual(
    sent,
    Object.fromEntries(Object.entries<object>(recordedOnes).filter(([, row]) => Object.keys(row).length > 0)),
  );
});
