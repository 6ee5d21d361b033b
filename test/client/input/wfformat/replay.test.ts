import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../../src/client/input/wfformat/replay.sh', import.meta.url));
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'skep-replay-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function replay(...lines: string[]) {
  writeFileSync(join(directory, 'task'), `${lines.join('\n')}\n`);
  return spawnSync('sh', [program, 'task'], { cwd: directory, encoding: 'utf8' });
}

test('writes its outputs with their sizes, also into directories that do not exist, and nothing else', () => {
  writeFileSync(join(directory, 'in file'), '');
  const { status, stderr } = replay('sleep 0', 'in in file', 'out 0 empty', "out 300 a/b/it's $x.txt");
  assert.equal(status, 0, stderr);
  assert.equal(statSync(join(directory, 'empty')).size, 0);
  assert.equal(statSync(join(directory, "a/b/it's $x.txt")).size, 300);
  assert.deepEqual(readdirSync(join(directory, 'a/b')), ["it's $x.txt"]);
});

test('names every missing input and writes nothing', () => {
  const { status, stderr } = replay('sleep 0', 'in gone', 'in lost', 'out 1 x');
  assert.equal(status, 65);
  assert.match(stderr, /input file gone is missing[\s\S]*input file lost is missing/);
  assert.equal(existsSync(join(directory, 'x')), false);
});

test('fails when its task file or its output cannot be used', () => {
  assert.notEqual(spawnSync('sh', [program, 'nowhere'], { cwd: directory }).status, 0);
  writeFileSync(join(directory, 'file'), '');
  assert.equal(replay('out 1 file/x').status, 73);
});
