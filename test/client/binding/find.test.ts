import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findWorkflow } from '../../../src/client/binding/find.ts';
import { Tool } from '../../../src/client/tool.ts';
import { chain, openServer } from './bound.ts';

test('what binding would find is found, by questions alone', async (context) => {
  const { requester, requests } = await openServer(context);
  assert.equal(await findWorkflow(requester, chain(3)), undefined);
  const bound = chain(3);
  await bound.bind(requester);
  await bound.bindTasks();
  requests.length = 0;
  const found = await findWorkflow(requester, chain(3));
  assert.equal(found?.workflow_id, bound.workflowId);
  assert.deepEqual(
    requests.filter(({ route }) => !route.startsWith('GET ')),
    [],
  );
});

test('other args, and another tool with the same args, are another workflow', async (context) => {
  const { requester } = await openServer(context);
  const bound = chain(3);
  await bound.bind(requester);
  await bound.bindTasks();
  assert.equal(await findWorkflow(requester, chain(3, { workflowArgs: 'another chain' })), undefined);
  const tool = new Tool('others');
  const step = tool.getTaskTemplate({ templateName: 'step', commandTemplate: 'echo {n}', nodeArgs: ['n'] });
  const other = tool.createWorkflow({ workflowArgs: 'a chain' });
  other.addTask(step.createTask({ n: 1 }));
  assert.equal(await findWorkflow(requester, other), undefined);
  await other.bind(requester);
  await other.bindTasks();
  // Now two workflows have these args, and each finds its own.
  assert.equal((await findWorkflow(requester, other))?.workflow_id, other.workflowId);
  assert.equal((await findWorkflow(requester, chain(3)))?.workflow_id, bound.workflowId);
});

test('other tasks, dependencies or commands under the same args are refused as binding refuses them', async (context) => {
  const { requester } = await openServer(context);
  const bound = chain(4);
  await bound.bind(requester);
  await bound.bindTasks();
  const rewired = chain(4);
  rewired.tasks[3]?.addUpstream(rewired.tasks[0] as never);
  const tool = new Tool('chains');
  const step = tool.getTaskTemplate({ templateName: 'step', commandTemplate: 'printf {n}', nodeArgs: ['n'] });
  const edited = tool.createWorkflow({ workflowArgs: 'a chain' });
  edited.addTask(step.createTask({ n: 0 }));
  for (const workflow of [chain(5), rewired, edited]) {
    const said: unknown[] = [];
    for (const attempt of [findWorkflow(requester, workflow), workflow.bind(requester)]) {
      await assert.rejects(attempt, (error: Error) => said.push(error.message) > 0);
    }
    assert.match(String(said[0]), /"a chain" exists with other (tasks|dependencies)\.$/);
    assert.equal(said[0], said[1]);
  }
});

test('args of any length and script are found, and those that only contain them are not', async (context) => {
  const { requester } = await openServer(context);
  const texts = ['É', 'é', '日本 Ärger% _!', 'x'.repeat(3000), 'x'.repeat(3001), "'; drop table task --", '7'];
  const ids = new Map<string, number>();
  for (const workflowArgs of texts) {
    const workflow = chain(1, { workflowArgs });
    await workflow.bind(requester);
    await workflow.bindTasks();
    ids.set(workflowArgs, workflow.workflowId);
  }
  assert.equal(new Set(ids.values()).size, texts.length);
  for (const workflowArgs of texts) {
    const found = await findWorkflow(requester, chain(1, { workflowArgs }));
    assert.equal(found?.workflow_id, ids.get(workflowArgs), workflowArgs.slice(0, 20));
  }
});

test('a workflow of the newest version of a tool hides those of older ones; a chosen version finds its own', async (context) => {
  const { requester } = await openServer(context);
  const first = chain(2);
  await first.bind(requester);
  await first.bindTasks();
  const newer = await new Tool('chains').getNewToolVersion(requester);
  const second = chain(2);
  await second.bind(requester);
  await second.bindTasks();
  assert.notEqual(second.workflowId, first.workflowId);
  assert.equal((await findWorkflow(requester, chain(2)))?.workflow_id, second.workflowId);
  const chosen = chain(2);
  chosen.tool.setActiveToolVersionId(newer - 1);
  assert.equal((await findWorkflow(requester, chosen))?.workflow_id, first.workflowId);
});
