import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../../src/client/task.ts';
import { Tool } from '../../src/client/tool.ts';

const tool = new Tool('tests');
const template = tool.getTaskTemplate({ templateName: 'n', commandTemplate: '{n}', nodeArgs: ['n'] });

/** A workflow of tasks named a, b, c … with the given edges, each "upstream downstream". */
function workflowOf(count: number, edges: readonly string[]) {
  const names = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
  const tasks = new Map(names.map((name) => [name, template.createTask({ n: name }, { name })]));
  for (const edge of edges) {
    const [upstream, downstream] = edge.split(' ').map((name) => tasks.get(name) as Task) as [Task, Task];
    downstream.addUpstream(upstream);
  }
  const workflow = tool.createWorkflow();
  workflow.addTasks(tasks.values());
  return workflow;
}

test('a cycle is named in the order of its tasks, without those that only hang on it', () => {
  const workflow = workflowOf(6, ['a b', 'b c', 'c d', 'd b', 'd e', 'e f']);
  assert.throws(
    () => workflow.validateGraph(),
    ({ code, message }: { code: string; message: string }) => {
      assert.equal(code, 'dag_cyclic');
      const names = message.match(/: (.*)\.$/)?.[1]?.split(' → ') ?? [];
      assert.equal(names[0], names.at(-1));
      assert.deepEqual(names.slice(1).toSorted(), ['b', 'c', 'd']);
      const edges = names.slice(1).map((name, index) => `${names[index]} ${name}`);
      assert.deepEqual(edges.toSorted(), ['b c', 'c d', 'd b'], 'arrows point downstream');
      return true;
    },
  );
});

test('a task that waits for itself is a cycle', () => {
  assert.throws(() => workflowOf(1, ['a a']).validateGraph(), {
    code: 'dag_cyclic',
    message: 'These tasks wait for each other: a → a.',
  });
});

test('graphs without a cycle pass: a diamond, parts that do not touch, an edge that is drawn twice', () => {
  workflowOf(6, ['a b', 'a c', 'b d', 'c d', 'b d', 'e f']).validateGraph();
});

test('a chain of 100,000 tasks needs no stack, and a long cycle is cut to a readable sentence', (context) => {
  const count = 100_000;
  const workflow = tool.createWorkflow();
  const started = performance.now();
  let last: Task | undefined;
  for (let n = 0; n < count; n++) {
    const task = template.createTask({ n }, last ? { upstreamTasks: [last] } : {});
    workflow.addTask(task);
    last = task;
  }
  const built = performance.now();
  workflow.validateGraph();
  const validated = performance.now();
  context.diagnostic(`built in ${Math.round(built - started)} ms, validated in ${Math.round(validated - built)} ms`);
  workflow.tasks[0]?.addUpstream(last as Task);
  assert.throws(() => workflow.validateGraph(), {
    code: 'dag_cyclic',
    message: /^These tasks wait for each other: n_n-0 → .* → \(99989 more\) → .* → n_n-0\.$/,
  });
});
