import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readYamlWorkflow } from '../../../../src/client/input/yaml/workflow.ts';

const read = (text: string, options = {}) =>
  readYamlWorkflow(text, 'in.yaml', { environment: {}, ...options }).workflow;
const edgesOf = (text: string) =>
  read(text)
    .tasks.flatMap((task) => [...task.upstreamTasks].map(({ command }) => `${command}>${task.command}`))
    .sort();

const templates = 'templates: {a: {command: "a {s} {l}"}, b: {command: "b {s}"}, c: {command: c}}\n';

test('after a template is after all of its tasks, wherever they stand', () => {
  const text = `${templates}tasks:
  - {template: c, after: [b]}
  - {template: b, each: {s: [1, 2]}}
`;
  assert.deepEqual(edgesOf(text), ['b 1>c', 'b 2>c']);
});

test('match connects equal arguments, where selects', () => {
  const text = `${templates}tasks:
  - {template: a, each: {s: [1, 2], l: [x, y]}}
  - {template: b, each: {s: [1, 2]}, after: [{template: a, match: [s]}]}
  - {template: c, after: [{template: b, where: {s: 2}}]}
`;
  assert.deepEqual(edgesOf(text), ['a 1 x>b 1', 'a 1 y>b 1', 'a 2 x>b 2', 'a 2 y>b 2', 'b 2>c']);
});

test('a dependency that finds nothing is refused with its place', () => {
  const after = (written: string) => () =>
    edgesOf(`${templates}tasks:\n  - {template: b, each: {s: [1, 2]}}\n  - template: c\n    after: [${written}]\n`);
  assert.throws(after('d'), /in\.yaml:5:13: tasks\[1\]\.after\[0\] names the template d, which has no tasks/);
  assert.throws(after('{template: b, where: {s: 3}}'), /finds no task of b/);
  assert.throws(after('{template: b, where: {q: 3}}'), /asks for q, which is no argument of b/);
  assert.throws(after('{template: b, match: [s]}'), /matches s, which is not an argument of both sides/);
});

test('settings reach the library: the more special one wins', () => {
  const workflow = read(`
name: w
args: 7
tool: t
cluster: sequential
max_concurrent: 3
defaults: {resources: {memory: 1G}, max_attempts: 5}
templates:
  a: {command: "a {x} {y}", arguments: {y: op}, max_attempts: 2, resources: {cores: 2}}
  b: {command: b}
tasks:
  - {template: a, args: {x: 1, y: 2}, max_attempts: 4}
  - {template: a, args: {x: 2, y: 2}}
  - {template: b}
`);
  assert.deepEqual([workflow.name, workflow.workflowArgs, workflow.tool.name], ['w', '7', 't']);
  assert.deepEqual([workflow.clusterName, workflow.maxConcurrentlyRunning], ['sequential', 3]);
  assert.deepEqual(
    workflow.tasks.map(({ maxAttempts }) => maxAttempts),
    [4, 2, 5],
  );
  assert.deepEqual(workflow.tasks[0]?.template.opArgs, ['y']);
  assert.equal(workflow.tasks[0]?.computeResources.cores, 2);
  assert.equal(workflow.tasks[0]?.computeResources.memory, '1G');
});

test('without args the content is the identity; --args and --cluster override', () => {
  const text = `${templates}tasks: [{template: c}]\n`;
  assert.equal(read(text).workflowArgs, read(text).workflowArgs);
  assert.notEqual(read(`${text}# changed\n`).workflowArgs, read(text).workflowArgs);
  assert.equal(read(text, { args: 'mine' }).workflowArgs, 'mine');
  assert.equal(read(text, { cluster: 'sequential' }).clusterName, 'sequential');
});

test('an argument that the command does not have is refused with its place', () => {
  assert.throws(() => read(`${templates}tasks:\n  - {template: c, args: {x: 1}}\n`), /in\.yaml:3:5: .*no argument x/);
  assert.throws(
    () => read('templates:\n  a: {command: a, arguments: {x: op}}\ntasks: [{template: a}]\n'),
    /in\.yaml:2:3: .*no placeholder \{x\}/,
  );
});
