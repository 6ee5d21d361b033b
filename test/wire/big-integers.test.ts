/** Hashes beyond 2^53 keep every digit on every route that carries one, as numbers and as text; ids may come as text. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Route } from '../../src/api/route.ts';
import { routes } from '../../src/api/routes.ts';
import { Hash } from '../../src/api/schemas.ts';
import { Served } from '../server/served.ts';

/** Neighbours that are one number in JavaScript, and neighbours of 78 digits. */
const HASHES = [
  '9007199254740992',
  '9007199254740993',
  '115792089237316195423570985008687907853269984665640564039457584007913129639934',
  '115792089237316195423570985008687907853269984665640564039457584007913129639935',
];

interface Carrier {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  /** JSON text of a body in which `hash` stands for the field. */
  body(hash: string): string;
  /** What the answer says about the identity of what was found or created. */
  identity(answer: Answer): unknown;
}
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
type Answer = any;

const workflow = (args: string, tasks: string) =>
  `{"tool_version_id":"1","dag_id":"1","workflow_args_hash":${args},"task_hash":${tasks},"description":"","name":"w",
  "workflow_args":"","max_concurrently_running":"5","workflow_attributes":{}}`;

/** Every field of a request that is declared as a hash; the ids beside them are text. */
const CARRIERS: Readonly<Record<string, Carrier>> = {
  'addTaskTemplateVersion.arg_mapping_hash': {
    method: 'POST',
    url: '/task_template/1/add_version',
    body: (hash) => `{"node_args":[],"task_args":[],"op_args":[],"command_template":"true","arg_mapping_hash":${hash}}`,
    identity: ({ task_template_version }) => task_template_version[0],
  },
  'addNodes.nodes.node_args_hash': {
    method: 'POST',
    url: '/nodes',
    body: (hash) => `{"nodes":[{"task_template_version_id":"1","node_args_hash":${hash},"node_args":{}}]}`,
    identity: ({ nodes }) => nodes,
  },
  'addDag.dag_hash': {
    method: 'POST',
    url: '/dag',
    body: (hash) => `{"dag_hash":${hash}}`,
    identity: ({ dag_id }) => dag_id,
  },
  'bindWorkflow.workflow_args_hash': {
    method: 'POST',
    url: '/workflow',
    body: (hash) => workflow(hash, '7'),
    identity: ({ workflow_id }) => workflow_id,
  },
  'bindWorkflow.task_hash': {
    method: 'POST',
    url: '/workflow',
    body: (hash) => workflow('7', hash),
    identity: ({ workflow_id }) => workflow_id,
  },
  'bindTasks.tasks.1': {
    method: 'PUT',
    url: '/task/bind_tasks_no_args',
    body: (hash) =>
      `{"workflow_id":"1","tasks":{"9007199254740993":[1,${hash},1,1,"t","true",1,false,{},[]]},"mark_created":true}`,
    identity: ({ tasks }) => tasks['9007199254740993'][0],
  },
};

describe('hashes', () => {
  test('each declared one is tested here', () => {
    const declared = Object.entries<Route>(routes).flatMap(([name, route]) => hashesIn(route.body, name));
    assert.deepEqual(declared.sort(), Object.keys(CARRIERS).sort());
  });

  for (const [field, { method, url, body, identity }] of Object.entries(CARRIERS)) {
    test(`${field} is exact`, async (context) => {
      const served = await prepared(context);
      const asNumbers = [];
      for (const hash of HASHES) asNumbers.push(identity(await served.ask(method, url, body(hash))));
      const asTexts = [];
      for (const hash of HASHES) asTexts.push(identity(await served.ask(method, url, body(`"${hash}"`))));
      assert.deepEqual(asTexts, asNumbers);
      assert.equal(new Set(asNumbers.map((each) => JSON.stringify(each))).size, HASHES.length);
    });
  }

  test('matching workflows are found by each and answered with each', async (context) => {
    const served = await prepared(context);
    for (const hash of HASHES) {
      const { dag_id } = await served.ask('POST', '/dag', `{"dag_hash":${hash}}`);
      await served.ask('POST', '/workflow', workflow(hash, hash).replace('"dag_id":"1"', `"dag_id":"${dag_id}"`));
    }
    for (const hash of HASHES) {
      const { matching_workflows } = await served.ask('GET', `/workflow/${hash}`);
      assert.deepEqual(matching_workflows, [[hash, 1, hash]]);
    }
  });
});

/** A server with a tool version, a template and a dag, the first of each. */
async function prepared(context: Parameters<typeof Served.open>[0]): Promise<Served> {
  const served = await Served.open(context);
  await served.ask('POST', '/tool', { name: 'tool' });
  await served.ask('POST', '/tool_version', { tool_id: '1' });
  await served.ask('POST', '/task_template', { tool_version_id: '1', task_template_name: 'template' });
  await served.ask('POST', '/dag', { dag_hash: '1' });
  return served;
}

/** Names of the fields of `schema` that are hashes; elements of lists and maps have the name of the whole. */
function hashesIn(schema: unknown, name: string): string[] {
  if (schema === Hash) return [name];
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items = [], additionalProperties } = schema as Record<string, object>;
  const parts = Array.isArray(items) ? items.map((item, index) => [`${name}.${index}`, item]) : [[name, items]];
  const fields = Object.entries(properties).map(([key, field]) => [`${name}.${key}`, field]);
  return [...fields, ...parts, [name, additionalProperties]].flatMap(([path, part]) => hashesIn(part, path as string));
}
