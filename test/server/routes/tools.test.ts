import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Served } from '../served.ts';

describe('tools', () => {
  test('the same name is the same tool; names differ by case', async (context) => {
    const served = await Served.open(context);
    const answers = [];
    for (const name of ['r', 'R', 'r']) answers.push(await served.ask('POST', '/tool', { name }));
    assert.deepEqual(answers, [{ tool: [1, 'r'] }, { tool: [2, 'R'] }, { tool: [1, 'r'] }]);
  });

  test('every request makes a new version, also of an unknown tool; ids may come as text', async (context) => {
    const served = await Served.open(context);
    assert.deepEqual(await served.ask('POST', '/tool_version', { tool_id: 5 }), { tool_version: [1, 5] });
    assert.deepEqual(await served.ask('POST', '/tool_version', { tool_id: '5' }), { tool_version: [2, 5] });
    const versions = await served.ask('GET', '/tool/5/tool_versions');
    assert.deepEqual(versions, {
      tool_versions: [
        [1, 5],
        [2, 5],
      ],
    });
    assert.deepEqual(await served.ask('GET', '/tool/6/tool_versions'), { tool_versions: [] });
  });
});

const VERSION = {
  node_args: ['a', 'shared'],
  task_args: ['b', 'shared'],
  op_args: [],
  command_template: '  run {a} {b}\n',
  arg_mapping_hash: '123',
};

describe('task templates', () => {
  test('are found by name within their tool version', async (context) => {
    const served = await Served.open(context);
    const add = (tool_version_id: number, task_template_name: string) =>
      served.ask('POST', '/task_template', { tool_version_id, task_template_name });
    assert.deepEqual(await add(1, 'x'), { task_template_id: 1 });
    assert.deepEqual(await add(2, 'x'), { task_template_id: 2 });
    assert.deepEqual(await add(1, 'x'), { task_template_id: 1 });
    const listed = await served.ask('GET', '/tool_version/1/task_templates');
    assert.deepEqual(listed, { task_templates: [[1, 1, 'x']] });
  });

  test('a version is found by command and hash, and lists its arguments by kind', async (context) => {
    const served = await Served.open(context);
    await served.ask('POST', '/task_template', { tool_version_id: 1, task_template_name: 'x' });
    const first = await served.ask('POST', '/task_template/1/add_version', VERSION);
    const [id, command, nodeArgs, taskArgs, opArgs, argIds, templateId] = first.task_template_version;
    assert.deepEqual([id, command, templateId], [1, 'run {a} {b}', 1]);
    assert.deepEqual([nodeArgs.toSorted(), taskArgs.toSorted(), opArgs], [['a', 'shared'], ['b', 'shared'], []]);
    assert.deepEqual(Object.keys(argIds).sort(), ['a', 'b', 'shared']);
    assert.deepEqual(await served.ask('POST', '/task_template/1/add_version', VERSION), first);
    const other = { ...VERSION, command_template: 'run {a} {b} {b}' };
    const second = await served.ask('POST', '/task_template/1/add_version', other);
    assert.equal(second.task_template_version[0], 2);
    assert.deepEqual(second.task_template_version[5], argIds, 'argument names are one dictionary');
    const { task_template_versions } = await served.ask('GET', '/task_template/1/versions');
    assert.deepEqual(task_template_versions, [first.task_template_version, second.task_template_version]);
    assert.equal(await served.ask('GET', '/task_template/id/2'), 1);
  });

  test('a version without arguments, and with a name twice in a list, is stored', async (context) => {
    const served = await Served.open(context);
    await served.ask('POST', '/task_template', { tool_version_id: 1, task_template_name: 'x' });
    const none = { ...VERSION, node_args: [], task_args: [], arg_mapping_hash: 1 };
    const [, , ...rest] = (await served.ask('POST', '/task_template/1/add_version', none)).task_template_version;
    assert.deepEqual(rest, [[], [], [], {}, 1]);
    const twice = { ...VERSION, node_args: ['a', 'a'], task_args: [], arg_mapping_hash: 2 };
    const { task_template_version } = await served.ask('POST', '/task_template/1/add_version', twice);
    assert.deepEqual(task_template_version[2], ['a']);
  });

  test('what does not exist is 404, and nothing is stored', async (context) => {
    const served = await Served.open(context);
    const { status, body } = await served.send('POST', '/task_template/7/add_version', VERSION);
    assert.deepEqual([status, body], [404, { detail: 'Task template 7 does not exist.' }]);
    assert.equal((await served.send('GET', '/task_template/id/7')).status, 404);
    assert.deepEqual(await served.ask('GET', '/task_template/7/versions'), { task_template_versions: [] });
    assert.deepEqual(await served.database.read(({ db }) => db.selectFrom('arg').selectAll().execute()), []);
  });
});

test('resource usage wants two days, at most a week apart', async (context) => {
  const served = await Served.open(context);
  const ask = (query: string) => served.send('GET', `/tool/x/tool_resource_usage?${query}`);
  for (const query of [
    '',
    'start_date=2026-11-01',
    'start_date=2026-11-01&end_date=soon',
    'start_date=2026-11-01&end_date=2026-11-09',
  ]) {
    const { status, body, headers } = await ask(query);
    assert.equal(status, 400, query);
    assert.equal(typeof body.error, 'string');
    assert.match(String(headers['content-type']), /^application\/json/);
  }
  assert.deepEqual((await ask('start_date=2026-11-01&end_date=2026-11-08')).body, []);
});
