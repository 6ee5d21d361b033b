import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { getTasksByNodeArgs } from '../../../src/client/task-function/find-tasks.ts';
import { listOf, optional, setOf, tupleOf } from '../../../src/client/task-function/kinds.ts';
import { Tool } from '../../../src/client/tool.ts';
import type { Serializer } from '../../../src/core/argument-kind.ts';

// Never called here: their types alone are checked against the kinds of the arguments.
function square(_: { n: number; label?: string | null; parts: number[] }): void {}
function report(_: { day: Date; span: [Date, number]; seen: Set<string> }): void {}

const dateText: Serializer<Date> = {
  toText: (date) => date.toISOString().slice(0, 10),
  fromText: (text) => new Date(text),
};

const kinds = { n: 'int', label: optional('str'), parts: listOf('float') } as const;
const module = 'file:///srv/bees/steps.ts';

const squares = () => new Tool('squares').taskFunction({ module, function: square, arguments: kinds });

test('the command is the same text wherever program and module lie', () => {
  const { template } = squares();
  assert.equal(template.templateName, 'square');
  assert.equal(
    template.command.text,
    '{function_runner} --module {module_directory}/steps.ts --function square --parameters n:int,label:optional-str,parts:list-float n={n} label={label} parts={parts}',
  );
  assert.deepEqual(template.nodeArgs, ['n', 'label', 'parts']);
  assert.deepEqual(template.opArgs, ['function_runner', 'module_directory']);
  const elsewhere = new Tool('squares').taskFunction({
    module: '/home/ann/bees/steps.ts',
    function: 'square',
    arguments: kinds,
    executable: 'skep worker function',
  });
  assert.equal(elsewhere.template.identity, template.identity);
  const task = elsewhere.createTask({ n: 1, parts: [] });
  assert.match(task.command, /^skep worker function --module \/home\/ann\/bees\/steps\.ts --function square /);
});

test('a shell gives the function its values as they were', () => {
  const executable = `${process.execPath} -e 'console.log(JSON.stringify(process.argv.slice(1)))' --`;
  const printer = new Tool('squares').taskFunction({
    module: "file:///srv/the%20bee's/{steps}.ts?t=1",
    function: 'print',
    arguments: { text: 'str', label: optional('str'), all: listOf('str') },
    executable,
  });
  const text = `it's a = "b"\n$HOME ünï {x} \\`;
  const { command } = printer.createTask({ text, all: ['', 'a,b', "c'"] });
  const words = JSON.parse(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }));
  assert.deepEqual(words, [
    ...['--module', "/srv/the bee's/{steps}.ts", '--function', 'print'],
    ...['--parameters', 'text:str,label:optional-str,all:list-str'],
    ...[`text=${text}`, 'label=', `all=["","a,b",c']`],
  ]);
});

test('tasks are named by their arguments, within what names may hold', () => {
  const name = (values: { n: number; label?: string | null; parts: number[] }) => squares().createTask(values).name;
  assert.equal(name({ n: 1, parts: [] }), 'square:n=1:parts=');
  assert.equal(name({ n: -1, label: 'b a/z', parts: [1, 0.5] }), 'square:n=-1:label=b_a_z:parts=1,0.5');
  assert.equal(name({ n: 1, label: `it's\t"x"\\`, parts: [] }), 'square:n=1:label=it_s__x__:parts=');
  assert.equal(name({ n: 1, label: '', parts: [] }), 'square:n=1:label=__:parts=');
  assert.equal(name({ n: 1, label: null, parts: [] }), 'square:n=1:label=None:parts=');
  assert.equal([...name({ n: 1, label: '🐝'.repeat(400), parts: [] })].length, 249);
});

test('names may show some arguments, or be made by a function', () => {
  const tool = new Tool('squares');
  const some = tool.taskFunction({ module, function: square, arguments: kinds, namingArgs: ['label'] });
  assert.equal(some.createTask({ n: 1, label: 'x', parts: [1] }).name, 'square:label=x');
  const made = tool.taskFunction({
    module,
    function: square,
    arguments: kinds,
    templateName: 'quadrat',
    nameFunction: (prefix, { n, parts }) => `${prefix} of ${n} in ${parts}`,
  });
  assert.equal(made.createTask({ n: 2, parts: [3] }).name, 'square_of_2_in_[3]');
  assert.equal(made.template.templateName, 'quadrat');
  assert.throws(() => tool.taskFunction({ module, function: square, arguments: kinds, namingArgs: ['m' as never] }), {
    code: 'argument_invalid',
    message: 'The function square has no argument m.',
  });
  const [task] = some.createTasks({ n: 5, label: 'y', parts: [[1]] });
  assert.equal(task?.name, 'square:label=y');
});

test('many tasks: an array is many values, the last argument varying fastest; a list needs a list of lists', () => {
  const tasks = squares().createTasks({ n: [1, 2], label: ['a', null], parts: [[1, 2], []] });
  assert.deepEqual(
    tasks.map(({ name }) => name),
    [
      ...['square:n=1:label=a:parts=1,2', 'square:n=1:label=a:parts='],
      ...['square:n=1:label=None:parts=1,2', 'square:n=1:label=None:parts='],
      ...['square:n=2:label=a:parts=1,2', 'square:n=2:label=a:parts='],
      ...['square:n=2:label=None:parts=1,2', 'square:n=2:label=None:parts='],
    ],
  );
  assert.equal(squares().createTasks({ n: 3, parts: [[]] }).length, 1);
  assert.throws(() => squares().createTasks({ n: 1, parts: [1, 2] as never }), {
    message: 'Argument parts of square is 1, not a list of values.',
  });
  assert.throws(() => squares().createTasks({ n: [1, 1], parts: [[]] }), { code: 'node_duplicate' });
});

test('serializers of the user, sets and tuples', () => {
  const reports = new Tool('reports').taskFunction({
    module,
    function: report,
    serializers: { dateText },
    arguments: { day: 'dateText', span: tupleOf('dateText', 'int'), seen: setOf('str') },
  });
  const day = new Date('2026-11-25T00:00:00Z');
  const task = reports.createTask({ day, span: [day, 3], seen: new Set(['a', 'b']) });
  assert.match(task.command, /--parameters 'day:@dateText,span:tuple-@dateText-int,seen:set-str'|--parameters day:@/);
  assert.deepEqual(task.node.args, { day: '2026-11-25', span: "'[2026-11-25,3]'", seen: "'[a,b]'" });
});

test('values and functions of other types are refused by the compiler, and values at run time, too', () => {
  const tool = new Tool('squares');
  // @ts-expect-error: n is a number.
  assert.throws(() => squares().createTask({ n: 'one', parts: [] }), { code: 'argument_invalid' });
  // @ts-expect-error: parts must not be left out.
  assert.throws(() => squares().createTask({ n: 1 }), { code: 'argument_invalid' });
  // @ts-expect-error: parts is a list itself and needs a list of lists.
  assert.throws(() => squares().createTasks({ n: 1, parts: [1] }), { code: 'argument_invalid' });
  // @ts-expect-error: the function takes a number.
  const other = tool.taskFunction({ module, function: square, arguments: { ...kinds, n: 'str' } });
  assert.equal(other.functionName, 'square');
});

test('what is wrong is refused by name', () => {
  const create = (values: object) => () => squares().createTask(values as never);
  assert.throws(create({ n: 1 }), { code: 'argument_invalid', message: 'Argument parts of square is missing.' });
  assert.throws(create({ n: 1, parts: [], m: 1 }), { message: 'The function square has no argument m.' });
  assert.throws(create({ n: 'x', parts: [] }), {
    message: 'Argument n of square is "x", not a whole number up to 2^53.',
  });
  const declare = (options: object) => () =>
    new Tool('squares').taskFunction({ module, function: 'square', arguments: {}, ...options });
  assert.throws(declare({ arguments: { n: 'integer' } }), {
    code: 'argument_invalid',
    message: /^Argument n of square/,
  });
  assert.throws(declare({ function: (() => () => {})() }), { code: 'name_invalid' });
  assert.throws(declare({ function: 'a b' }), { code: 'name_invalid' });
  assert.throws(declare({ module: 'https://bees.org/steps.ts' }), { code: 'argument_invalid' });
  assert.throws(declare({ serializers: { 'a-b': dateText } }), { code: 'argument_invalid', message: /a-b/ });
  assert.throws(declare({ arguments: { name: 'str' } }), { code: 'template_invalid' });
});

test('attempts and resources of the function are those of its tasks', () => {
  const tool = new Tool('squares');
  const careful = tool.taskFunction({
    module,
    function: 'square',
    arguments: { n: 'int' },
    maxAttempts: 7,
    defaultClusterName: 'sequential',
    defaultComputeResources: { memory: '2G' },
  });
  const workflow = tool.createWorkflow();
  const [first, second] = workflow.addTasks([
    careful.createTask({ n: 1 }),
    careful.createTask({ n: 2 }, { maxAttempts: 2 }),
  ]);
  assert.equal(first?.maxAttempts, 7);
  assert.equal(second?.maxAttempts, 2);
  assert.equal(first?.clusterName, 'sequential');
  assert.deepEqual(first?.computeResources, { memory: '2G' });
});

test('tasks are found by the values of arguments', () => {
  const tool = new Tool('squares');
  const squareFunction = tool.taskFunction({ module, function: square, arguments: kinds });
  const workflow = tool.createWorkflow();
  assert.deepEqual(getTasksByNodeArgs(workflow, squareFunction, {}, { errorOnEmpty: false }), []);
  workflow.addTasks(squareFunction.createTasks({ n: [1, 2], label: ["it's", ''], parts: [[1], [1, 2]] }));
  const found = getTasksByNodeArgs(workflow, squareFunction, { n: 2, label: "it's", parts: [[1, 2]] });
  assert.deepEqual(
    found.map(({ name }) => name),
    ['square:n=2:label=it_s:parts=1,2'],
  );
  assert.equal(getTasksByNodeArgs(workflow, squareFunction, { n: [1, 2], label: '' }).length, 4);
  assert.equal(getTasksByNodeArgs(workflow, squareFunction).length, 8);
  assert.throws(() => getTasksByNodeArgs(workflow, squareFunction, { n: 3 }), {
    code: 'invalid_usage',
    message: 'The workflow has no task square with n=3.',
  });
  assert.deepEqual(getTasksByNodeArgs(workflow, squareFunction, { n: 3 }, { errorOnEmpty: false }), []);
  assert.throws(() => getTasksByNodeArgs(workflow, squareFunction, { m: 3 } as never), { code: 'argument_invalid' });
});
