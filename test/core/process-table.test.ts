import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMarked, readMark, writeMark } from '../../src/core/attempt-mark.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { environmentValue, proportionalMemory, readProcessTable } from '../../src/core/process-table.ts';

const MARK = { database: 'd', workflowId: 1, workflowRunId: 2, taskInstanceId: 3, supervisor: '4@5' };

test('the table tells who belongs to whom and what they use', async () => {
  const child = await systemProcesses.launch({
    program: '/bin/sh',
    arguments: ['-c', 'sleep 60; :'],
    ownGroup: true,
  });
  const table = readProcessTable();
  const row = table.find(({ pid }) => pid === child.pid);
  assert.equal(row?.parent, process.pid);
  assert.equal(row?.group, child.pid);
  assert.equal(row?.session, child.pid);
  child.signal('SIGKILL');
  await child.exited;
  assert.equal(
    readProcessTable().some(({ pid }) => pid === child.pid),
    false,
  );
});

test('own memory and CPU time agree with what Node says', () => {
  const mine = readProcessTable().find(({ pid }) => pid === process.pid);
  const resident = process.memoryUsage.rss();
  assert.ok(Math.abs((mine?.resident ?? 0) - resident) < 0.2 * resident, `${mine?.resident} is not near ${resident}`);
  assert.ok(Math.abs((mine?.cpu ?? 0) - process.cpuUsage().user / 1e6 - process.cpuUsage().system / 1e6) < 1);
  assert.ok((proportionalMemory(process.pid) ?? 0) > 1e6);
});

test('a variable is read whole, and not one whose name only ends alike', async () => {
  const child = await systemProcesses.launch({
    program: '/bin/sleep',
    arguments: ['60'],
    environment: { MY_WORD: 'wrong', WORD: 'a=b c', EMPTY: '' },
    ownGroup: false,
  });
  assert.equal(environmentValue(child.pid, 'WORD'), 'a=b c');
  assert.equal(environmentValue(child.pid, 'EMPTY'), '');
  assert.equal(environmentValue(child.pid, 'ABSENT'), undefined);
  child.signal('SIGKILL');
  await child.exited;
});

test('marked processes are found, also when they have left the group of their parent', async () => {
  const mark = writeMark({ ...MARK, database: `test-${process.pid}` });
  const child = await systemProcesses.launch({
    program: '/bin/sh',
    arguments: ['-c', 'setsid sleep 60 & wait'],
    environment: { ...process.env, SKEP_ATTEMPT: mark },
    ownGroup: true,
    stdout: 'pipe',
  });
  const find = () => findMarked(({ database }) => database === `test-${process.pid}`);
  while (find().length < 2) await new Promise((resolve) => setImmediate(resolve));
  for (const { pid } of find()) process.kill(pid, 'SIGKILL');
  await child.closed;
  while (find().length > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a mark survives writing and reading; other texts are none', () => {
  assert.deepEqual(readMark(writeMark(MARK)), MARK);
  for (const text of ['', 'd/1/2/3', 'd/x/2/3/4@5', '/1/2/3/4@5']) assert.equal(readMark(text), undefined, text);
});
