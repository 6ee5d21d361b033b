import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPaint } from '../../../src/cli/output/terminal.ts';
import { describeWorkflow, renderDryRun } from '../../../src/cli/run/dry-run.ts';
import { Tool } from '../../../src/client/tool.ts';

const tool = new Tool('t');
const step = tool.getTaskTemplate({ templateName: 'step', commandTemplate: 'echo {i}', nodeArgs: ['i'] });

test('counts, depth and first commands', () => {
  const workflow = tool.createWorkflow({ name: 'w' });
  const [a, b, c, d] = [1, 2, 3, 4].map((i) => step.createTask({ i }));
  assert.ok(a && b && c && d);
  b.addUpstream(a);
  c.addUpstream(a);
  c.addUpstream(b);
  // The order of addition is not the order of dependencies.
  workflow.addTasks([d, c, b, a]);
  assert.deepEqual(describeWorkflow(workflow), {
    name: 'w',
    tasks: 4,
    dependencies: 3,
    depth: 3,
    templates: [{ name: 'step', tasks: 4, firstCommand: 'echo 4' }],
  });
});

test('a chain of a hundred thousand tasks is no matter', () => {
  const workflow = tool.createWorkflow({ name: 'chain' });
  const tasks = Array.from({ length: 100_000 }, (_, i) => step.createTask({ i }));
  for (const [index, task] of tasks.entries()) if (index > 0) task.addUpstream(tasks[index - 1] as (typeof tasks)[0]);
  workflow.addTasks(tasks);
  assert.equal(describeWorkflow(workflow).depth, 100_000);
});

test('the text fits the terminal', () => {
  const text = renderDryRun(
    {
      name: 'w',
      tasks: 1,
      dependencies: 0,
      depth: 1,
      templates: [{ name: 'a', tasks: 1, firstCommand: 'x'.repeat(500) }],
    },
    80,
    noPaint,
  );
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
});
