import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tool } from '../../src/client/tool.ts';

const tool = new Tool('tests');
const align = tool.getTaskTemplate({
  templateName: 'align',
  commandTemplate: 'align {sample} {lane} {ref} {bin}',
  nodeArgs: ['sample', 'lane'],
  taskArgs: ['ref'],
  opArgs: ['bin'],
});

test('createTasks makes the cross product in the order of the keywords, as one array', () => {
  const first = align.createTask({ sample: 0, lane: 0, ref: 'r', bin: '/b' }, { name: 'first' });
  const tasks = align.createTasks(
    { lane: [1, 2], sample: ['x', 'yy'], ref: 'hg38', bin: '/b' },
    { upstreamTasks: new Set([first]).values(), maxAttempts: 5, name: 'lanes', maxConcurrentlyRunning: 3 },
  );
  assert.deepEqual(
    tasks.map(({ name }) => name),
    ['align_lane-1_sample-x', 'align_lane-1_sample-yy', 'align_lane-2_sample-x', 'align_lane-2_sample-yy'],
  );
  assert.equal(tasks[1]?.command, 'align yy 1 hg38 /b');
  assert.equal(new Set(tasks.map(({ array }) => array)).size, 1);
  assert.equal(tasks[0]?.array.name, 'lanes');
  assert.equal(tasks[0]?.array.maxConcurrentlyRunning, 3);
  assert.equal(tasks[0]?.maxAttempts, 5);
  assert.deepEqual([...first.downstreamTasks], tasks);
});

test('a string or a single value is one value of a node argument', () => {
  const tasks = align.createTasks({ sample: 'abc', lane: 4, ref: 'r', bin: 'b' });
  assert.deepEqual(
    tasks.map(({ name }) => name),
    ['align_sample-abc_lane-4'],
  );
});

test('a value that is listed twice is refused, also where only its text is the same', () => {
  assert.throws(() => align.createTasks({ sample: ['a', 'a'], lane: 1, ref: 'r', bin: 'b' }), {
    code: 'node_duplicate',
    message: 'Node argument sample of template align lists the value a twice.',
  });
  assert.throws(() => align.createTasks({ sample: [1, '1'], lane: 1, ref: 'r', bin: 'b' }), { code: 'node_duplicate' });
});

test('a template without node arguments makes one task', () => {
  const report = tool.getTaskTemplate({ templateName: 'report', commandTemplate: 'report' });
  assert.deepEqual(
    report.createTasks({}).map(({ name }) => name),
    ['report_'],
  );
});

test('equal templates have one identity: white space around the command and the order of arguments do not count', () => {
  const make = (commandTemplate: string, nodeArgs: string[]) =>
    tool.getTaskTemplate({ templateName: 't', commandTemplate, nodeArgs }).identity;
  assert.equal(make('x {a} {b}', ['a', 'b']), make(' x {a} {b}\n', ['b', 'a']));
  assert.notEqual(make('x {a} {b}', ['a', 'b']), make('x  {a} {b}', ['a', 'b']));
});

test('what a user changes after creation reaches no task', () => {
  const computeResources = { cores: 2, constraints: { gpu: 'a' } };
  const workflow = tool.createWorkflow({ workflowArgs: 'copies' });
  const task = workflow.addTask(align.createTask({ sample: 1, lane: 1, ref: 'r', bin: 'b' }, { computeResources }));
  computeResources.cores = 99;
  computeResources.constraints.gpu = 'z';
  assert.deepEqual(task.computeResources, { cores: 2, constraints: { gpu: 'a' } });
});

test('wrong scales and attempts are refused when the task is made', () => {
  const args = { sample: 1, lane: 1, ref: 'r', bin: 'b' };
  assert.throws(() => align.createTask(args, { resourceScales: { memory: 'x' as never } }), { code: 'scale_invalid' });
  assert.throws(() => align.createTask(args, { maxAttempts: 0 }), { code: 'argument_invalid' });
});
