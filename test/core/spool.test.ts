import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { directorySpool } from '../../src/core/spool.ts';

function place(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-spool-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'spool', 'a-database');
}

test('what is kept is found by everybody until it is dropped, and only its owner can read it', async (t) => {
  const directory = place(t);
  const spool = directorySpool(directory);
  assert.deepEqual(await spool.kept(), []);
  await spool.keep('2-D', { status: 'E' });
  await spool.keep('2-D', { status: 'D' });
  await spool.keep('1-E', { text: 'é\n' });
  assert.deepEqual(await directorySpool(directory).kept(), [
    ['1-E', { text: 'é\n' }],
    ['2-D', { status: 'D' }],
  ]);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(directory, '2-D.json')).mode & 0o777, 0o600);
  await spool.drop('1-E');
  await spool.drop('1-E');
  assert.deepEqual(readdirSync(directory), ['2-D.json']);
});

test('a draft that was never finished is nothing, and what is no JSON can be set aside', async (t) => {
  const directory = place(t);
  const spool = directorySpool(directory);
  await spool.keep('1-D', {});
  writeFileSync(join(directory, '3-D.77.draft'), '{"status"');
  writeFileSync(join(directory, '4-D.json'), '{"status"');
  assert.deepEqual(await spool.kept(), [
    ['1-D', {}],
    ['4-D', undefined],
  ]);
  await spool.setAside('4-D');
  await spool.setAside('4-D');
  assert.deepEqual(await spool.kept(), [['1-D', {}]]);
  assert.ok(readdirSync(directory).includes('4-D.json.refused'));
});

test('a directory that cannot be written to is an error', async (t) => {
  const directory = place(t);
  const spool = directorySpool(join(directory, 'file', 'spool'));
  await directorySpool(directory).keep('1-D', {});
  writeFileSync(join(directory, 'file'), '');
  await assert.rejects(spool.keep('2-D', {}), /ENOTDIR|EEXIST/);
  await assert.rejects(spool.kept(), /ENOTDIR/);
});
