import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROTOCOL_VERSION, SKEP_VERSION } from '../../src/core/version.ts';
import { skep } from './skep.ts';

test('the version alone, or with what it speaks and runs on', async () => {
  assert.equal((await skep(['version'])).output, `skep ${SKEP_VERSION}\n`);
  const { output } = await skep(['version', '--components']);
  assert.match(output, new RegExp(`^skep ${SKEP_VERSION}\nprotocol ${PROTOCOL_VERSION}\nnode 2\\d.*\nsqlite 3.*\n$`));
  const json = JSON.parse((await skep(['version', '--components', '--json'])).output);
  assert.deepEqual(Object.keys(json), ['skep', 'protocol', 'node', 'sqlite']);
});
