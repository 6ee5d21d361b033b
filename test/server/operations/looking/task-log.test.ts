import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { partOfEnd, readLogFile } from '../../../../src/server/operations/looking/task-log.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-task-log-'));
after(() => rmSync(directory, { recursive: true }));

function log(name: string, content: string | Buffer) {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string, offset: number, limit: number) {
  const part = await readLogFile(path, { offset, limit });
  assert.ok(part !== undefined, path);
  return part;
}

test('a file is read from a byte on, or from its end', async () => {
  const source = log('plain', '0123456789');
  assert.deepEqual(await read(source, 3, 4), { text: '3456', from: 3, until: 7, size: 10 });
  assert.deepEqual(await read(source, -2, 100), { text: '89', from: 8, until: 10, size: 10 });
  assert.deepEqual(await read(source, -100, 100).then(({ from, text }) => [from, text]), [0, '0123456789']);
  assert.deepEqual(await read(source, 99, 100), { text: '', from: 10, until: 10, size: 10 });
});

test('parts that follow one another hold each character whole, and once', async () => {
  const text = 'aé€😀z'.repeat(50);
  const source = log('wide', text);
  for (const limit of [4, 5, 7, 64]) {
    let all = '';
    for (let at = 0, size = 1; at < size; ) {
      const part = await read(source, at, limit);
      assert.ok(part.until > at, `it goes on from ${at}`);
      all += part.text;
      at = part.until;
      size = part.size;
    }
    assert.equal(all, text, `in parts of ${limit}`);
  }
});

test('bytes that are no text are read to the end all the same', async () => {
  const source = log('bytes', Buffer.from([0xff, 0xfe, 0x80, 0x80, 0x80, 0x80, 0x80, 0xc3]));
  const { until, size } = await read(source, 0, 100);
  assert.deepEqual([until, size], [8, 8]);
  let at = 0;
  for (let reads = 0; at < size && reads < 20; reads++) at = (await read(source, at, 3)).until;
  assert.equal(at, size);
});

test('a file that became shorter than what was read of it ends where it ends', async () => {
  const source = log('cut', 'long output');
  writeFileSync(source, 'new');
  assert.deepEqual(await read(source, 11, 100), { text: '', from: 3, until: 3, size: 3 });
});

test('what is no file of its own, or is not there, is none of ours', async () => {
  const target = log('target', 'secret');
  symlinkSync(target, join(directory, 'link'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, 'pipe')]);
  for (const name of ['link', 'pipe', 'missing', 'plain/below', '.']) {
    assert.equal(await readLogFile(join(directory, name), { offset: 0, limit: 100 }), undefined, name);
  }
  assert.equal(await readLogFile('relative', { offset: 0, limit: 100 }), undefined);
});

test('of an output whose beginning is lost, bytes keep their numbers', () => {
  const part = (offset: number, limit = 100) => partOfEnd('89abc', 13, { offset, limit });
  assert.deepEqual(part(0), { text: '89abc', from: 8, until: 13, size: 13 });
  assert.deepEqual(part(10), { text: 'abc', from: 10, until: 13, size: 13 });
  assert.deepEqual(part(9, 2), { text: '9a', from: 9, until: 11, size: 13 });
  assert.deepEqual(part(-4), { text: '9abc', from: 9, until: 13, size: 13 });
  assert.deepEqual(part(50), { text: '', from: 13, until: 13, size: 13 });
  assert.deepEqual(partOfEnd('', 0, { offset: 0, limit: 10 }), { text: '', from: 0, until: 0, size: 0 });
  // What is no text takes more bytes as text than it took.
  assert.equal(partOfEnd('\ufffd\ufffd', 2, { offset: 0, limit: 100 }).until <= 6, true);
});
