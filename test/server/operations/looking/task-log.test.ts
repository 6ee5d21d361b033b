import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readLog } from '../../../../src/server/operations/looking/task-log.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-task-log-'));
after(() => rmSync(directory, { recursive: true }));

function log(name: string, content: string | Buffer) {
  const path = join(directory, name);
  writeFileSync(path, content);
  return { path, tail: 'the tail', ended: false };
}

test('a file is read from a byte on, or from its end', async () => {
  const source = log('plain', '0123456789');
  assert.deepEqual(await readLog(source, 3, 4), { text: '3456', from: 3, until: 7, size: 10, source: 'file' });
  assert.deepEqual(await readLog(source, -2, 100), { text: '89', from: 8, until: 10, size: 10, source: 'file' });
  assert.deepEqual(await readLog(source, -100, 100).then(({ from, text }) => [from, text]), [0, '0123456789']);
  assert.deepEqual(await readLog(source, 99, 100), { text: '', from: 10, until: 10, size: 10, source: 'file' });
});

test('parts that follow one another hold each character whole, and once', async () => {
  const text = 'aé€😀z'.repeat(50);
  const source = log('wide', text);
  for (const limit of [4, 5, 7, 64]) {
    let all = '';
    for (let at = 0, size = 1; at < size; ) {
      const part = await readLog(source, at, limit);
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
  const { until, size } = await readLog(source, 0, 100);
  assert.deepEqual([until, size], [8, 8]);
  let at = 0;
  for (let reads = 0; at < size && reads < 20; reads++) at = (await readLog(source, at, 3)).until;
  assert.equal(at, size);
});

test('a file that became shorter than what was read of it ends where it ends', async () => {
  const source = log('cut', 'long output');
  writeFileSync(source.path, 'new');
  assert.deepEqual(await readLog(source, 11, 100), { text: '', from: 3, until: 3, size: 3, source: 'file' });
});

test('what is no file of its own, or is not there, gives way to the tail that the worker sent', async () => {
  const target = log('target', 'secret');
  symlinkSync(target.path, join(directory, 'link'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, 'pipe')]);
  for (const name of ['link', 'pipe', 'missing', 'plain/below', '.']) {
    const part = await readLog({ path: join(directory, name), tail: 'the tail', ended: true }, -4, 100);
    assert.deepEqual(part, { text: 'tail', from: 4, until: 8, size: 8, source: 'tail' }, name);
  }
  const nothing = { text: '', from: 0, until: 0, size: 0, source: 'none' };
  assert.deepEqual(await readLog({ path: null, tail: null, ended: false }, 0, 10), nothing);
});
