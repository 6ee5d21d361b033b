import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { lives, systemProcesses } from '../../src/core/process.ts';

test('a process that ran: streams, exit status, and no identity afterwards', async () => {
  const child = await systemProcesses.launch({
    program: '/bin/sh',
    arguments: ['-c', 'echo "$WORD"; exit 3'],
    environment: { WORD: 'hello' },
    ownGroup: false,
    stdout: 'pipe',
  });
  assert.equal(await text(child.stdout as NodeJS.ReadableStream as never), 'hello\n');
  assert.deepEqual(await child.closed, { code: 3, signal: null });
  assert.equal(systemProcesses.identify(child.pid), undefined);
  assert.equal(child.signal('SIGTERM'), false);
});

test('a signal reaches the whole group of a process that has its own', async () => {
  const child = await systemProcesses.launch({
    program: '/bin/sh',
    arguments: ['-c', 'sleep 60 & echo $!; wait'],
    ownGroup: true,
    stdout: 'pipe',
  });
  const grandchild = await new Promise<number>((resolve) =>
    child.stdout?.once('data', (data) => resolve(Number(data))),
  );
  assert.ok(systemProcesses.identify(grandchild));
  assert.equal(child.signal('SIGKILL'), true);
  assert.equal((await child.closed).signal, 'SIGKILL'); // Closed: the grandchild, which held the pipe, is gone too.
});

test('a program that does not exist is an error, not a process', async () => {
  await assert.rejects(
    systemProcesses.launch({ program: '/no/such/program', arguments: [], ownGroup: false }),
    /ENOENT/,
  );
});

test('the identity of a living process is stable and differs between processes', () => {
  const mine = systemProcesses.identify(process.pid);
  assert.match(mine ?? '', new RegExp(`^${process.pid}@`));
  assert.equal(systemProcesses.identify(process.pid), mine);
  assert.notEqual(systemProcesses.identify(process.ppid), mine);
  assert.ok(lives(mine as string, systemProcesses));
  assert.ok(!lives(`${process.pid}@1`, systemProcesses));
});
