import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeWorkflow } from '../../../src/cli/run/dry-run.ts';
import { Tool } from '../../../src/client/tool.ts';

const tool = new Tool('t');
const step = tool.getTaskTemplate({ templateName: 'step', commandTemplate: 'echo {i}', nodeArgs: ['i'] });

test('counts and depth', () => {
  const workflow = tool.createWorkflow({ name: 'w' });
  const [a, b, c, d] = [1, 2, 3, 4].map((i) => step.createTask({ i }));
  assert.ok(a && b && c && d);
  b.addUpstream(a);
  c.addUpstream(a);
  c.addUpstream(b);
  // The order of addition is not the order of dependencies.
  workflow.addTasks([d, c, b, a]);
  assert.deepEqual(describeWorkflow(workflow), { name: 'w', tasks: 4, dependencies: 3, depth: 3 });
});

test('a chain of a hundred thousand tasks is no matter', () => {
  const workflow = tool.createWorkflow({ name: 'chain' });
  const tasks = Array.from({ length: 100_000 }, (_, i) => step.createTask({ i }));
  for (const [index, task] of tasks.entries()) if (index > 0) task.addUpstream(tasks[index - 1] as (typeof tasks)[0]);
  workflow.addTasks(tasks);
  assert.equal(describeWorkflow(workflow).depth, 100_000);
});
