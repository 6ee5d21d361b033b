import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadWorkflow } from '../../../src/client/input/input.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-input-'));
after(() => rmSync(directory, { recursive: true }));

async function load(name: string, content: string | Uint8Array) {
  const path = join(directory, name);
  writeFileSync(path, content);
  return (await loadWorkflow(path, { environment: {} })).workflow.tasks.length;
}

const YAML = '# a comment\nname: w\ntemplates: {a: {command: x}}\ntasks: [{template: a}]\n';
const TRACE =
  '{"name": "w", "workflow": {"specification": {"tasks": [{"id": "a", "name": "a"}, {"id": "b", "name": "a"}]}}}';
const DAX = '<?xml version="1.0"?><adag><job id="a" name="true"/></adag>';

test('the kind is told by the extension, and without a known one by the content', async () => {
  for (const name of ['w.yaml', 'w.yml', 'w.YAML', 'w', 'w.flow']) assert.equal(await load(name, YAML), 1, name);
  for (const name of ['w.json', 'trace', 'w.wfformat']) assert.equal(await load(name, TRACE), 2, name);
  for (const name of ['w.dax', 'w.xml', 'w', 'w.pegasus']) assert.equal(await load(name, DAX), 1, name);
  for (const name of ['w.mf', 'Makeflow', 'w.makeflow']) assert.equal(await load(name, 'a:\n\ttrue\n'), 1, name);
  assert.equal(await load('w.txt', '\ufeffecho a\necho b\n'), 2);
  await assert.rejects(load('w.prose', 'some prose'), {
    code: 'input_malformed',
    message: /: --format says it\. Known are a module .+, a list of commands, one on a line \(\.txt\)\.$/,
  });
});

test('a form that is named counts for more than the name of the file', async () => {
  const path = join(directory, 'w.yaml');
  writeFileSync(path, 'echo a\n');
  assert.equal((await loadWorkflow(path, { environment: {}, format: 'commands' })).workflow.tasks.length, 1);
  await assert.rejects(loadWorkflow(path, { environment: {}, format: 'dax' }), {
    message: /w\.yaml:2: not valid XML: text data outside of root node\.$/,
  });
});

test('what cannot be read is named with the reason', async () => {
  const read = (path: string) => loadWorkflow(path, { environment: {} });
  await assert.rejects(read(join(directory, 'gone.yaml')), {
    code: 'input_unreadable',
    message: /gone\.yaml: there is no such file/,
  });
  await assert.rejects(read(directory), { code: 'input_unreadable', message: /it is a directory/ });
  await assert.rejects(load('w.json', new Uint8Array([0x7b, 0xff, 0xfe])), {
    code: 'input_unreadable',
    message: /not text in UTF-8/,
  });
});
