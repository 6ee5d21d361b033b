import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logPath } from '../../src/core/log-paths.ts';

test('directory, task name, stream and id', () => {
  assert.equal(logPath('/logs', 'my_task', 'o', '12_3'), '/logs/my_task.o12_3');
  assert.equal(logPath('/logs/', 'my_task', 'e', '12'), '/logs/my_task.e12');
  assert.equal(logPath(null, 'my_task', 'o', '1'), null);
  assert.equal(logPath('', 'my_task', 'o', '1'), null);
});

test('no name leads out of the directory or makes a path that cannot be opened', () => {
  assert.equal(logPath('/logs', '../../etc/passwd', 'o', '1'), '/logs/.._.._etc_passwd.o1');
  assert.equal(logPath('/logs', 'a\0b\nc', 'o', '../1'), '/logs/a_b_c.o.._1');
  const long = logPath('/logs', '語'.repeat(255), 'o', '1') ?? '';
  assert.ok(Buffer.byteLength(long.slice('/logs/'.length)) <= 255);
  assert.doesNotMatch(long, /\ufffd/);
  assert.equal(logPath(`/${'d/'.repeat(2000)}`, 'x', 'o', '1'), null);
});
