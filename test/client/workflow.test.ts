import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskArray } from '../../src/client/array.ts';
import type { Task } from '../../src/client/task.ts';
import type { TaskOptions } from '../../src/client/task-options.ts';
import { Tool } from '../../src/client/tool.ts';

const tool = new Tool('tests');
const step = tool.getTaskTemplate({
  templateName: 'step',
  commandTemplate: 'step {n} {v}',
  nodeArgs: ['n'],
  taskArgs: ['v'],
});
const makeTask = (n: number | string, options: TaskOptions = {}, v: unknown = 1) =>
  step.createTask({ n, v }, { name: `step_${n}`, ...options });

function workflowOf(...tasks: Task[]) {
  const workflow = tool.createWorkflow({ workflowArgs: 'w' });
  assert.deepEqual(workflow.addTasks(tasks), tasks);
  return workflow;
}

test('a task that equals another, or only its node, is refused, and nothing has changed', () => {
  const workflow = workflowOf(makeTask(1));
  assert.throws(() => workflow.addTask(makeTask(1, { name: 'other' })), {
    code: 'task_duplicate',
    message: 'Task other equals task step_1: both are step with {"n":"1"}.',
  });
  assert.throws(() => workflow.addTask(makeTask(1, {}, 2)), { code: 'node_duplicate' });
  assert.throws(() => workflow.addTask(makeTask('1')), { code: 'task_duplicate' }, 'texts count, not types');
  assert.equal(workflow.tasks.length, 1);
  assert.equal(workflow.arrays.get('step')?.tasks.length, 1);
});

test('arguments that run together are not taken for each other', () => {
  const pair = tool.getTaskTemplate({ templateName: 'pair', commandTemplate: '{a} {b}', nodeArgs: ['a', 'b'] });
  const workflow = workflowOf(pair.createTask({ a: 'x,y', b: 'z' }), pair.createTask({ a: 'x', b: 'y,z' }));
  assert.equal(workflow.tasks.length, 2);
});

test('equal templates share tasks: a twin through another object of the same version is found', () => {
  const same = tool.getTaskTemplate({
    templateName: 'step',
    commandTemplate: ' step {n} {v}',
    nodeArgs: ['n'],
    taskArgs: ['v'],
  });
  const workflow = workflowOf(makeTask(1));
  assert.throws(() => workflow.addTask(same.createTask({ n: 1, v: 1 })), { code: 'task_duplicate' });
});

test('tasks of one template form one array; a second array of the template is refused', () => {
  const workflow = tool.createWorkflow();
  workflow.addTasks(step.createTasks({ n: [1, 2], v: 0 }));
  workflow.addTask(makeTask(3));
  assert.equal(workflow.arrays.size, 1);
  assert.equal(workflow.arrays.get('step')?.tasks.length, 3);
  const [other] = step.createTasks({ n: [4], v: 0 });
  assert.throws(() => workflow.addTask(other as Task), { code: 'invalid_usage', message: /another of template step/ });
});

test('a task belongs to one workflow', () => {
  const task = makeTask(1);
  workflowOf(task);
  assert.throws(() => workflowOf(task), { code: 'task_duplicate' });
});

test('tasks are found by values of their node arguments; a string is no list of characters', () => {
  const workflow = workflowOf(makeTask('a'), makeTask('b'), makeTask('ab'), makeTask(7));
  const names = (nodeArgs: Record<string, unknown>) =>
    workflow.getTasksByNodeArgs('step', nodeArgs).map(({ name }) => name);
  assert.deepEqual(names({ n: 'ab' }), ['step_ab']);
  assert.deepEqual(names({ n: ['a', 7] }), ['step_a', 'step_7']);
  assert.equal(names({}).length, 4);
  assert.throws(() => names({ v: 1 }), { code: 'argument_invalid' });
  assert.throws(() => workflow.getTasksByNodeArgs('nothing'), { code: 'invalid_usage' });
});

test('an empty workflow, and a dependency outside of it, are refused', () => {
  assert.throws(() => workflowOf().validateGraph(), { code: 'workflow_empty' });
  const outside = makeTask('outside');
  assert.throws(() => workflowOf(makeTask(1, { upstreamTasks: [outside] })).validateGraph(), {
    code: 'dag_incomplete',
    message: 'Task step_1 depends on task step_outside, which is not in the workflow.',
  });
  assert.throws(() => workflowOf(outside).validateGraph(), /step_outside is a dependency of task step_1/);
});

test('a dependency in another workflow is outside, even at the same position', () => {
  const other = makeTask('other');
  workflowOf(other);
  assert.throws(() => workflowOf(makeTask(1, { upstreamTasks: [other] })).validateGraph(), { code: 'dag_incomplete' });
});

test('all tasks are on one cluster', () => {
  const workflow = workflowOf(makeTask(1), makeTask(2, { clusterName: 'slurm' }));
  assert.throws(() => workflow.validateGraph(), {
    code: 'resources_invalid',
    message: /Task step_1 runs on cluster multiprocess and task step_2 on slurm/,
  });
});

test('the cluster is that of the task, its array, its template, its workflow, its tool, or this machine', () => {
  const withDefault = tool.getTaskTemplate({
    templateName: 'tt',
    commandTemplate: '{n}',
    nodeArgs: ['n'],
    defaultClusterName: 'of_template',
  });
  const clusterOf = (task: Task, defaultClusterName?: string) => {
    const workflow = tool.createWorkflow({ defaultClusterName });
    return workflow.addTask(task).clusterName;
  };
  assert.equal(clusterOf(makeTask(1)), 'multiprocess');
  assert.equal(clusterOf(makeTask(1), 'of_workflow'), 'of_workflow');
  assert.equal(clusterOf(withDefault.createTask({ n: 1 }), 'of_workflow'), 'of_template');
  const [inArray] = withDefault.createTasks({ n: 1 }, { clusterName: 'of_array' });
  assert.equal(clusterOf(inArray as Task, 'of_workflow'), 'of_array');
  assert.equal(clusterOf(withDefault.createTask({ n: 1 }, { clusterName: 'own' }), 'of_workflow'), 'own');
  const ofTool = new Tool('t', { defaultClusterName: 'of_tool' }).createWorkflow();
  assert.equal(ofTool.addTask(makeTask(9)).clusterName, 'of_tool');
});

test('the explicit cluster of the first task is that of an inferred array', () => {
  const workflow = workflowOf(makeTask(1, { clusterName: 'slurm' }), makeTask(2));
  assert.equal(workflow.tasks[1]?.clusterName, 'slurm');
});

test('resources are merged key by key: workflow, template, array, task; those of other clusters stay out', () => {
  const layered = tool.getTaskTemplate({
    templateName: 'layered',
    commandTemplate: '{n}',
    nodeArgs: ['n'],
    defaultClusterName: 'c',
    defaultComputeResources: { b: 'template', c: 'template', d: 'template' },
  });
  const workflow = tool.createWorkflow({
    defaultComputeResourcesSet: { c: { a: 'workflow', b: 'workflow' }, other: { z: 1 } },
  });
  const [task] = layered.createTasks({ n: 1 }, { computeResources: { c: 'array', d: 'array' } });
  workflow.addTask(task as Task);
  task?.updateComputeResources({ d: 'task' });
  assert.deepEqual(task?.computeResources, { a: 'workflow', b: 'template', c: 'array', d: 'task' });
});

test('a workflow takes over from its tool only what it is not given, as copies', () => {
  const parent = new Tool('p', {
    defaultComputeResourcesSet: { multiprocess: { cores: 1, memory: 2 } },
    defaultMaxAttempts: 7,
  });
  const inherits = parent.createWorkflow();
  const own = parent.createWorkflow({ defaultComputeResourcesSet: { multiprocess: { cores: 4 } } });
  parent.updateDefaultComputeResources('multiprocess', { cores: 9 });
  assert.deepEqual(inherits.defaultComputeResources('multiprocess'), { cores: 1, memory: 2 });
  assert.deepEqual(own.defaultComputeResources('multiprocess'), { cores: 4 }, 'replaced, not merged');
  assert.deepEqual(parent.defaultComputeResources('multiprocess'), { cores: 9, memory: 2 }, 'update keeps other keys');
  assert.equal(own.addTask(makeTask(1)).maxAttempts, 7);
  parent.setDefaultMaxAttempts(8);
  assert.equal(own.tasks[0]?.maxAttempts, 8, 'the attempts of the tool are read when needed');
});

test('scales of a workflow may be given for all clusters or per cluster, and not as a mixture', () => {
  const flat = tool.createWorkflow({ defaultResourceScalesSet: { memory: 0.2, runtime: [1, 2] } });
  assert.deepEqual(flat.defaultResourceScales('anything'), { memory: 0.2, runtime: [1, 2] });
  const perCluster = tool.createWorkflow({ defaultResourceScalesSet: { slurm: { memory: 0.2 } } });
  assert.deepEqual(perCluster.defaultResourceScales('anything'), {});
  assert.deepEqual(perCluster.defaultResourceScales('slurm'), { memory: 0.2 });
  const mixed = { slurm: { memory: 0.2 }, memory: 0.5 } as never;
  assert.throws(() => tool.createWorkflow({ defaultResourceScalesSet: mixed }), { code: 'scale_invalid' });
});

test('attempts are those of the task, of the workflow, or three; never those of the template', () => {
  const template = tool.getTaskTemplate({
    templateName: 'a',
    commandTemplate: '{n}',
    nodeArgs: ['n'],
    maxAttempts: 9,
  });
  const loose = template.createTask({ n: 1 });
  assert.equal(loose.maxAttempts, 3);
  const workflow = tool.createWorkflow({ defaultMaxAttempts: 5 });
  assert.equal(workflow.addTask(loose).maxAttempts, 5, 'reading it before did not pin it');
  assert.equal(workflow.addTask(template.createTask({ n: 2 }, { maxAttempts: 2 })).maxAttempts, 2);
  assert.equal(tool.createWorkflow().addTask(template.createTask({ n: 3 })).maxAttempts, 3);
});

test('limits are whole numbers from 0 on', () => {
  for (const limit of [-1, 1.5, Number.NaN]) {
    assert.throws(() => tool.createWorkflow({ maxConcurrentlyRunning: limit }), { code: 'argument_invalid' });
    assert.throws(() => new TaskArray(step, { maxConcurrentlyRunning: limit }), { code: 'argument_invalid' });
  }
  const workflow = workflowOf(makeTask(1));
  workflow.setTaskTemplateMaxConcurrencyLimit('step', 4);
  assert.equal(workflow.arrays.get('step')?.maxConcurrentlyRunning, 4);
});

test('workflow args are random when none are given', () => {
  const uuid = () => 'fixed';
  const random = { uuid, fraction: () => 0, secret: () => '' };
  assert.equal(tool.createWorkflow({ random }).workflowArgs, 'fixed');
  assert.equal(tool.createWorkflow({ random, workflowArgs: 'given' }).workflowArgs, 'given');
});

test('what only a server can say is refused before it was asked', () => {
  const workflow = workflowOf(makeTask(1));
  const [task] = workflow.tasks;
  for (const read of [
    () => workflow.workflowId,
    () => task?.taskId,
    () => task?.finalStatus,
    () => task?.node.nodeId,
  ]) {
    assert.throws(read, { code: 'not_bound' });
  }
});
