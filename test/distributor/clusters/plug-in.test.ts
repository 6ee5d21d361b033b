import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ClusterBusy, isClusterError } from '../../../src/distributor/clusters/errors.ts';
import { loadPlugIn, plugInPaths } from '../../../src/distributor/clusters/plug-in.ts';

test('the setting names types and the absolute paths of their modules', () => {
  assert.deepEqual(plugInPaths(''), new Map());
  assert.deepEqual(
    plugInPaths(' a=/x/a.ts , b=/y/b=c.js '),
    new Map([
      ['a', '/x/a.ts'],
      ['b', '/y/b=c.js'],
    ]),
  );
  for (const wrong of ['a', '=/x', 'a=', 'a=./x.ts', 'a b=/x.ts']) {
    assert.throws(() => plugInPaths(wrong), {
      code: 'config_invalid',
      message: `distributor.cluster_types has "${wrong}"; it must be TYPE=PATH with an absolute path.`,
    });
  }
});

test('a module that is missing, broken or brings nothing is named', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'skep-plug-in-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const refused = (path: string, message: RegExp) =>
    assert.rejects(loadPlugIn(path), { code: 'config_invalid', message });
  await refused(join(directory, 'none.ts'), /plug-in \S+none\.ts cannot be loaded: Cannot find module/);
  await refused(write('broken.ts', 'throw new Error("no licence");'), /broken\.ts cannot be loaded: no licence/);
  await refused(write('empty.ts', 'export const createCluster = 7;'), /empty\.ts exports no function createCluster/);
});

test('a failure that a plug-in tells of is known by its name, whichever copy of the class it has', () => {
  class OtherCopy extends Error {
    override readonly name = 'ClusterBusy';
  }
  assert.ok(isClusterError(new OtherCopy('later'), 'ClusterBusy'));
  assert.ok(isClusterError(new ClusterBusy('later'), 'SubmissionRefused', 'ClusterBusy'));
  assert.ok(!isClusterError(new OtherCopy('later'), 'ClusterUnreachable'));
  assert.ok(!isClusterError({ name: 'ClusterBusy' }, 'ClusterBusy'));
});
