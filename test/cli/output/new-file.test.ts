import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkNewFile, writeNewFile } from '../../../src/cli/output/new-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-new-file-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const path = join(directory, 'report.html');

test('a file that is there stays as it is, unless it is to be replaced; no draft is left', () => {
  writeNewFile(path, 'first');
  assert.throws(() => writeNewFile(path, 'second'), {
    code: 'invalid_usage',
    message: `${path} exists already; --force replaces it.`,
  });
  assert.equal(readFileSync(path, 'utf8'), 'first');
  writeNewFile(path, 'third', { force: true });
  assert.equal(readFileSync(path, 'utf8'), 'third');
  assert.deepEqual(readdirSync(directory), ['report.html']);
});

test('a folder that is none is one sentence, and so is a folder in the place of the file', () => {
  const inNowhere = join(directory, 'nowhere', 'x.html');
  assert.throws(() => checkNewFile(inNowhere), {
    message: `Cannot write ${inNowhere}: there is no folder ${join(directory, 'nowhere')}.`,
  });
  const inFile = join(path, 'x.html');
  assert.throws(() => checkNewFile(inFile), { message: /there is no folder/ });
  mkdirSync(join(directory, 'folder'));
  assert.throws(() => checkNewFile(join(directory, 'folder'), { force: true }), { message: /it is a folder\.$/ });
});

test('what cannot be written says why, and what was there stays', () => {
  writeFileSync(join(directory, 'kept'), 'kept');
  const long = join(directory, 'x'.repeat(300));
  assert.throws(() => writeNewFile(long, 'text'), { code: 'invalid_usage' });
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith('.')),
    [],
  );
});
