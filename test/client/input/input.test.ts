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

test('the kind is told by the extension, and without a known one by the content', async () => {
  for (const name of ['w.yaml', 'w.yml', 'w.YAML', 'w', 'w.flow']) assert.equal(await load(name, YAML), 1, name);
  for (const name of ['w.json', 'trace', 'w.wfformat']) assert.equal(await load(name, TRACE), 2, name);
  await assert.rejects(load('w.txt', 'some prose'), { code: 'input_malformed' });
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
