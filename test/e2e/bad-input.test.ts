import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Workbench } from './skep.ts';

/** What stands in a file, and what is to be said about it. */
const refusedBeforeTheServer: Record<string, [file: string, text: string, expected: RegExp]> = {
  'a cycle in a workflow file': [
    'w.yaml',
    'templates: {a: {command: "echo {x}"}, b: {command: "echo b {x}"}}\ntasks:\n  - {template: a, args: {x: 1}, after: [b]}\n  - {template: b, args: {x: 1}, after: [a]}\n',
    /a_x-1 → b_x-1 → a_x-1|b_x-1 → a_x-1 → b_x-1/,
  ],
  'a duplicate': [
    'w.yaml',
    'templates: {a: {command: "echo {x}"}}\ntasks:\n  - {template: a, args: {x: 1}}\n  - {template: a, each: {x: [0, 1]}}\n',
    /w\.yaml:4:5: .*a_x-1/,
  ],
  'a missing argument': [
    'w.yaml',
    'templates: {a: {command: "echo {x} {y}"}}\ntasks:\n  - {template: a, args: {x: 1}}\n',
    /w\.yaml:3:5: .*no value for y/,
  ],
  'an unknown template': [
    'w.yaml',
    'templates: {a: {command: x}}\ntasks: [{template: b}]\n',
    /w\.yaml:2:10: .*template is b, but the templates are: a/,
  ],
  'a misspelt key': [
    'w.yaml',
    'templates: {a: {command: x}}\ntask: [{template: a}]\n',
    /w\.yaml:2:1: task is not a known key/,
  ],
  'YAML that is none': ['w.yaml', 'templates: {a: [}\n', /w\.yaml:1:\d+: /],
  'JSON that is cut off': [
    'w.json',
    '{"name": "x", "workflow": {"specification": {"tasks": [',
    /w\.json:1:\d+: .*cut off/,
  ],
  'a trace with an unknown parent': [
    'w.json',
    '{"name": "x", "workflow": {"specification": {"tasks": [{"id": "a", "name": "a", "parents": ["q"]}]}}}',
    /tasks\[0\]\.parents\[0\] is q/,
  ],
  'a trace with a cycle': [
    'w.json',
    '{"name": "x", "workflow": {"specification": {"tasks": [{"id": "a", "name": "a", "parents": ["b"]}, {"id": "b", "name": "a", "parents": ["a"]}]}}}',
    /a → b → a|b → a → b/,
  ],
  'a file id that leads elsewhere': [
    'w.json',
    '{"name": "x", "workflow": {"specification": {"tasks": [{"id": "a", "name": "a", "outputFiles": ["../../etc/x"]}]}}}',
    /"\.\.\/\.\.\/etc\/x" leads out of the work directory/,
  ],
  'a module that throws': [
    'w.workflow.js',
    "\nthrow new Error('no data today');\n",
    /w\.workflow\.js:2:7: no data today/,
  ],
  'a module with a syntax error': ['w.workflow.js', '\nconst x = ;\n', /w\.workflow\.js:2: SyntaxError/],
  'a module that exports something else': [
    'w.workflow.js',
    'export default { tasks: [] };\n',
    /exports an object \(Object\) where a workflow is needed/,
  ],
  'a template without the class of an argument': [
    'w.workflow.js',
    "import { Tool } from 'skep';\n\nnew Tool('t').getTaskTemplate({ templateName: 'a', commandTemplate: 'echo {x}' });\n",
    /w\.workflow\.js:3:15: .*\{x\}/,
  ],
  'a module that exports nothing': ['w.workflow.ts', '', /exports nothing where a workflow is needed/],
  'cores that are no number': [
    'w.yaml',
    'templates:\n  a: {command: x, resources: {cores: many}}\ntasks: [{template: a}]\n',
    /w\.yaml:2:31: templates\.a\.resources\.cores must be a whole number of at least 1, not "many"/,
  ],
  'less than one core': [
    'w.yaml',
    'templates: {a: {command: x}}\ntasks:\n  - {template: a, resources: {cores: -1}}\n',
    /w\.yaml:3:31: tasks\[0\]\.resources\.cores must be .*, not -1/,
  ],
  'something else altogether': ['w.dat', 'hello', /cannot be told: --format says it/],
};

for (const [name, [file, text, expected]] of Object.entries(refusedBeforeTheServer)) {
  test(`${name}: a sentence, exit code 2, and nothing written`, async (context) => {
    const bench = new Workbench(context);
    const { code, output, errors } = await bench.run('run', bench.write(file, text));
    assert.match(errors, expected);
    assert.match(errors, /^skep: .*\nhint: .*\n$/);
    assert.equal(code, 2);
    assert.equal(output, '');
    assert.equal(existsSync(bench.dataDirectory), false);
  });
}

const refusedByValidation: Record<string, [resources: string, cluster: string, expected: RegExp]> = {
  'an unknown queue': ['{queue: long.q}', 'multiprocess', /long\.q.*multiprocess/],
  'an unknown cluster': ['{}', 'nowhere', /nowhere/],
  'a malformed unit': ['{memory: 1.5Gigs}', 'multiprocess', /1\.5Gigs/],
  'a malformed run time': ['{runtime: soon}', 'multiprocess', /soon/],
};

for (const [name, [resources, cluster, expected]] of Object.entries(refusedByValidation)) {
  test(`${name}: a sentence, exit code 2, and nothing bound`, async (context) => {
    const bench = new Workbench(context);
    const text = `cluster: ${cluster}\ntemplates: {a: {command: 'echo {x}', resources: ${resources}}}\ntasks: [{template: a, each: {x: [1, 2]}}]\n`;
    const { code, errors } = await bench.run('run', bench.write('w.yaml', text));
    assert.match(errors, expected);
    assert.match(errors, /^skep: .*\nhint: .*\n$/);
    assert.equal(code, 2);
    assert.deepEqual(await bench.rows('workflow', 'status', '-w', '1'), []);
  });
}

test('a data directory that cannot be written is named', async (context) => {
  const bench = new Workbench(context);
  bench.write('data', 'a file where the directory should be');
  const file = bench.write('w.yaml', 'templates: {a: {command: x}}\ntasks: [{template: a}]\n');
  const { code, errors } = await bench.run('run', file);
  assert.equal(code, 2);
  assert.match(errors, /^skep: Cannot write to the data directory .*data/);
});

test('a dry run needs no server and writes nothing', async (context) => {
  const bench = new Workbench(context);
  const file = bench.write(
    'w.yaml',
    'templates: {a: {command: "echo {x}"}}\ntasks: [{template: a, each: {x: [1, 2]}}]\n',
  );
  const { code, output } = await bench.run('run', file, '--dry-run');
  assert.equal(code, 0);
  assert.match(output, /2 tasks, 0 dependencies, 1 level deep/);
  assert.match(output, /a +2 {2}echo 1/);
  assert.equal(existsSync(bench.dataDirectory), false);
});

test('usage errors have exit code 2 and point to the help', async (context) => {
  const bench = new Workbench(context);
  for (const words of [
    ['frobnicate'],
    ['run'],
    ['run', 'x.yaml', '--frobnicate'],
    ['workflow', 'tasks'],
    ['task', 'status', '-t', 'x'],
  ]) {
    const { code, errors } = await bench.run(...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(errors, /^skep: /);
  }
});
