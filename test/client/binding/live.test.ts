/** Changes of what the server knows already. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '../../../src/api/routes.ts';
import { Tool } from '../../../src/client/tool.ts';
import { chain, openServer } from './bound.ts';

test('limits of a bound workflow and its arrays are changed on the server', async (context) => {
  const { requester, requests } = await openServer(context);
  const workflow = chain(2);
  await workflow.setMaxConcurrentlyRunning(7);
  await workflow.setTaskTemplateMaxConcurrencyLimit('step', 6);
  assert.deepEqual(requests, [], 'a workflow that is not bound is described alone');
  await workflow.bind(requester);
  await workflow.bindTasks();
  const params = { workflow_id: workflow.workflowId };
  const versionId = workflow.tasks[0]?.template.versionId as number;
  const limits = async () => {
    const ofWorkflow = await requester.call(routes.getWorkflowConcurrency, { params });
    const ofArray = await requester.call(routes.getWorkflowArrayConcurrency, {
      params: { ...params, task_template_version_id: versionId },
    });
    return [ofWorkflow, ofArray].map(({ max_concurrently_running: limit }) => limit);
  };
  assert.deepEqual(await limits(), [7, 6]);
  await workflow.setMaxConcurrentlyRunning(0);
  await workflow.setTaskTemplateMaxConcurrencyLimit('step', 3);
  assert.deepEqual(await limits(), [0, 3]);
  assert.deepEqual([workflow.maxConcurrentlyRunning, workflow.arrays.get('step')?.maxConcurrentlyRunning], [0, 3]);
  assert.throws(() => workflow.setMaxConcurrentlyRunning(-1), { code: 'argument_invalid' });
});

test('attributes are added before and after binding', async (context) => {
  const { requester, bodiesOf } = await openServer(context);
  const workflow = chain(1, { workflowAttributes: { release: 1 } });
  const [task] = workflow.tasks;
  await workflow.addAttributes({ final: true });
  await task?.addAttribute('kind', 'first');
  await workflow.bind(requester);
  await workflow.bindTasks();
  assert.deepEqual(bodiesOf('POST /workflow')[0].workflow_attributes, { release: '1', final: 'True' });
  await workflow.addAttributes({ release: 2 });
  await task?.addAttributes(['checked']);
  assert.deepEqual(workflow.attributes, { release: '2', final: 'True' });
  assert.deepEqual(task?.attributes, { kind: 'first', checked: null });
  assert.deepEqual(bodiesOf(`PUT /workflow/${workflow.workflowId}/workflow_attributes`), [
    { workflow_attributes: { release: '2' } },
  ]);
  assert.deepEqual(bodiesOf('PUT /task/bind_task_attributes').at(-1), {
    task_attributes: { [task?.taskId as number]: { checked: null } },
  });
  await assert.rejects(workflow.addAttributes({ long: 'x'.repeat(256) }), { code: 'argument_invalid' });
});

test('a template knows its ids once it, or a workflow of it, is bound', async (context) => {
  const { requester, requests } = await openServer(context);
  const workflow = chain(2);
  const [task] = workflow.tasks;
  const template = task?.template;
  assert.equal(template?.isBound, false);
  assert.throws(() => template?.versionId, { code: 'not_bound' });
  await assert.rejects(async () => template?.resourceUsage(), { code: 'not_bound' });
  await workflow.bind(requester);
  const { versionId, templateId, argumentIds } = template as NonNullable<typeof template>;
  const idOf = (name: string) => argumentIds.get(name) as number;
  assert.deepEqual(task?.node.mappedArgs, new Map([[idOf('n'), '0']]));
  assert.deepEqual(task?.mappedTaskArgs, new Map([[idOf('place'), '/tmp']]));
  const twin = new Tool('chains').getTaskTemplate({
    templateName: 'step',
    commandTemplate: 'echo {n} in {place}',
    nodeArgs: ['n'],
    taskArgs: ['place'],
  });
  await twin.bind(requester);
  assert.deepEqual([twin.versionId, twin.templateId], [versionId, templateId]);
  assert.equal((await twin.resourceUsage({ nodeArgs: { n: [0, 1] }, ci: 0.95 })).num_tasks, null);
  await workflow.bindTasks();
  assert.equal((await twin.resourceUsage({ workflows: [workflow.workflowId] })).num_tasks, 0);
  const sent = requests.length;
  await twin.bind(requester);
  assert.equal(requests.length, sent, 'what is bound asks no more');
});

test('workflows are bound to the version of the tool that was chosen', async (context) => {
  const { requester } = await openServer(context);
  const tool = new Tool('versions');
  const step = tool.getTaskTemplate({ templateName: 'step', commandTemplate: 'true' });
  const bind = async () => {
    const workflow = tool.createWorkflow();
    workflow.addTask(step.createTask({}));
    await workflow.bind(requester);
    const { templateId } = step;
    return templateId;
  };
  const first = await bind();
  const [version] = await tool.getToolVersions(requester);
  const next = await tool.getNewToolVersion(requester);
  assert.equal(tool.activeToolVersionId, next);
  assert.deepEqual(await tool.getToolVersions(requester), [version, next]);
  const second = await bind();
  assert.notEqual(second, first, 'each version has its own templates');
  tool.setActiveToolVersionId(version as number);
  assert.equal(await bind(), first);
  tool.setActiveToolVersionId('latest');
  assert.equal(await bind(), second);
  tool.setActiveToolVersionId(99);
  await assert.rejects(bind(), {
    code: 'invalid_usage',
    message: `Tool versions has no version 99; it has ${version}, ${next}.`,
  });
  assert.throws(() => tool.setActiveToolVersionId(0), { code: 'argument_invalid' });
});
