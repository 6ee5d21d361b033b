/** The queries and changes by id, asked of our own server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateUsername, validateWorkflow } from '../../../src/client/control/permission.ts';
import { updateTaskStatus } from '../../../src/client/control/task-status.ts';
import { concurrencyLimit, workflowReset } from '../../../src/client/control/workflow.ts';
import { createResourceYaml } from '../../../src/client/queries/resource-yaml.ts';
import { getSubTaskTree, getTaskDependencies } from '../../../src/client/queries/task-graph.ts';
import { getFilepaths, taskStatus } from '../../../src/client/queries/task-status.ts';
import { workflowStatus, workflowTasks } from '../../../src/client/queries/workflow-status.ts';
import { chain, openServer } from '../binding/bound.ts';

test('a bound workflow is seen and changed by its ids', async (context) => {
  const { requester } = await openServer(context);
  const workflow = chain(3, { name: 'three steps' });
  await workflow.bind(requester);
  await workflow.bindTasks();
  const { workflowId } = workflow;
  const [first = 0, second = 0, third = 0] = workflow.tasks.map(({ taskId }) => taskId);

  const [row] = await workflowStatus(requester, { workflowIds: [workflowId] });
  assert.equal(row?.WF_NAME, 'three steps');
  assert.deepEqual([row?.TASKS, row?.PENDING, row?.DONE], [3, '3 (100.0%)', '0 (0.0%)']);
  const tasks = await workflowTasks(requester, workflowId, { limit: 2 });
  assert.deepEqual(
    tasks.map(({ TASK_NAME: name, STATUS: status }) => [name, status]),
    [
      ['step_2', 'PENDING'],
      ['step_1', 'PENDING'],
    ],
  );
  assert.deepEqual(await taskStatus(requester, [first, second]), []);
  assert.deepEqual(await getFilepaths(requester, workflowId), []);

  const { up, down } = await getTaskDependencies(requester, second);
  assert.deepEqual(
    [...up, ...down],
    [
      { id: first, status: 'G', name: 'step_0' },
      { id: third, status: 'G', name: 'step_2' },
    ],
  );
  const tree = await getSubTaskTree(requester, [second]);
  assert.deepEqual(
    tree.tasks.map(({ id }) => id),
    [second, third],
  );

  await concurrencyLimit(requester, workflowId, 1);
  await assert.rejects(validateWorkflow(requester, [first]), { code: 'invalid_usage' });
  await assert.rejects(validateUsername(requester, workflowId, 'nobody'), { code: 'not_permitted' });
  const change = { workflowId, taskIds: [first], newStatus: 'D', user: 'nobody' };
  await assert.rejects(updateTaskStatus(requester, change), { code: 'not_permitted' });
  assert.equal(await workflowReset(requester, workflowId), false);

  assert.equal(
    await createResourceYaml(requester, { workflowId, clusters: ['slurm'] }),
    [
      'task_template_resources:',
      '  step:',
      '    slurm:',
      '      cores: 1',
      '      memory: "1B"',
      '      runtime: 3600',
      '',
    ].join('\n'),
  );
});
