import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { takeLease } from '../../../src/cli/server/lease.ts';
import { systemProcesses } from '../../../src/core/process.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'skep-lease-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('only other living processes count, and the dead are cleared away', async () => {
  const lease = takeLease(directory, systemProcesses);
  assert.equal(lease.others(), 0);
  const other = await systemProcesses.launch({ program: 'sleep', arguments: ['60'], ownGroup: false });
  const identity = systemProcesses.identify(other.pid) ?? '';
  writeFileSync(join(directory, 'clients', identity), '');
  // A process of another time that had the same number.
  writeFileSync(join(directory, 'clients', `${process.pid}@1`), '');
  assert.equal(lease.others(), 1);
  other.signal('SIGKILL');
  await other.exited;
  assert.equal(lease.others(), 0);
  lease.release();
  assert.deepEqual(readdirSync(join(directory, 'clients')), []);
});

test('whoever comes next clears the leases of killed processes away', () => {
  const killed = `${process.pid}@1`;
  takeLease(directory, systemProcesses).release();
  writeFileSync(join(directory, 'clients', killed), '');
  const lease = takeLease(directory, systemProcesses);
  assert.deepEqual(readdirSync(join(directory, 'clients')), [systemProcesses.identify(process.pid)]);
  lease.release();
});

test('a directory that cannot be written is named', () => {
  writeFileSync(join(directory, 'file'), '');
  assert.throws(() => takeLease(join(directory, 'file'), systemProcesses), {
    code: 'database_unavailable',
    message: /Cannot write to the data directory .*file/,
  });
});
