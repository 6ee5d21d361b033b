import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { createResourceYaml } from '../../../src/client/queries/resource-yaml.ts';
import { Tool } from '../../../src/client/tool.ts';
import { temporaryDirectory } from '../../server/served.ts';
import { fakeTransport } from '../../support/fake-transport.ts';

const STATISTICS: Record<number, object> = {
  1: { min_mem: 300, max_mem: 900, mean_mem: 600.7, min_runtime: 10, max_runtime: 30, mean_runtime: 20.5 },
  2: { min_mem: null, max_mem: null, mean_mem: null, min_runtime: null, max_runtime: null, mean_runtime: null },
};

function server(
  versions: object[] = [
    { id: 2, name: 'a: b' },
    { id: 1, name: 'align' },
  ],
) {
  const transport = fakeTransport(({ path, body }) => {
    if (path === '/v3/get_task_template_version') return { task_template_version_ids: versions };
    if (path === '/v3/get_requested_cores') return { core_info: [{ id: 1, min: 1, max: 4, avg: 2 }] };
    if (path === '/v3/get_most_popular_queue') return { queue_info: [{ id: 1, queue: 'null.q', queue_id: 3 }] };
    return STATISTICS[body.task_template_version_id];
  });
  return { transport, requester: new Requester({ transport }) };
}

test('the file has exactly this shape; what nobody knows has a usual value, or is left out', async () => {
  const { transport, requester } = server();
  const yaml = await createResourceYaml(requester, { workflowId: 3, clusters: ['slurm', 'multiprocess'] });
  const align = '      cores: 2\n      memory: "600B"\n      runtime: 30\n      queue: "null.q"\n';
  const unknown = '      cores: 1\n      memory: "1B"\n      runtime: 3600\n';
  assert.equal(
    yaml,
    `task_template_resources:\n  align:\n    slurm:\n${align}    multiprocess:\n${align}` +
      `  "a: b":\n    slurm:\n${unknown}    multiprocess:\n${unknown}`,
  );
  assert.equal(transport.requests[0]?.query.workflow_id, '3');
  assert.equal(transport.requests[1]?.query.task_template_version_ids, '(1, 2)');
});

test('the strategies choose what is written, and our own reader reads it', async (context) => {
  const { transport, requester } = server([{ id: 1, name: 'align' }]);
  const yaml = await createResourceYaml(requester, {
    taskId: 9,
    memoryStrategy: 'max',
    coreStrategy: 'min',
    runtimeStrategy: 'avg',
  });
  assert.equal(transport.requests[0]?.query.task_id, '9');
  const yamlFile = join(temporaryDirectory(context), 'resources.yaml');
  writeFileSync(yamlFile, yaml);
  const template = new Tool('bees').getTaskTemplate({
    templateName: 'align',
    commandTemplate: 'true',
    defaultClusterName: 'multiprocess',
    yamlFile,
  });
  assert.deepEqual(template.defaultComputeResources('multiprocess'), {
    cores: 1,
    memory: '900B',
    runtime: 20,
    queue: 'null.q',
  });
});

test('it is asked either about a workflow or about a task, and one that exists', async () => {
  const { transport, requester } = server();
  for (const options of [{}, { workflowId: 1, taskId: 1 }]) {
    await assert.rejects(createResourceYaml(requester, options), { code: 'invalid_usage' });
  }
  assert.deepEqual(transport.requests, []);
  const nothing = server([]).requester;
  await assert.rejects(createResourceYaml(nothing, { workflowId: 8 }), { code: 'not_found', message: /^Workflow 8/ });
});
