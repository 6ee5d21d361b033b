import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../server/served.ts';
import { skep } from './skep.ts';

const MODULE = `
import { writeFileSync } from 'node:fs';
export function note({ text, into }) { writeFileSync(into, text); }
export function fail() { throw new Error('no bees'); }
`;

test("a function is called, needs no server, and its failure is the command's", async (context) => {
  const directory = temporaryDirectory(context);
  const [module, into] = [join(directory, 'steps.mjs'), join(directory, 'note')];
  writeFileSync(module, MODULE);
  const words = ['worker', 'function', '--module', module];
  const parameters = ['--parameters', 'text:str,into:str', `into=${into}`];
  const misfit = await skep([...words, '--function', 'note', ...parameters]);
  assert.equal(misfit.code, 2);
  assert.match(misfit.errors, /^skep: The function note is given no text\.\nhint: /);
  assert.ok(!existsSync(into));
  const called = await skep([...words, '--function', 'note', ...parameters, 'text=--verbose -x = 1']);
  assert.deepEqual([called.code, called.errors, called.output], [0, '', '']);
  assert.equal(readFileSync(into, 'utf8'), '--verbose -x = 1');
  const failed = await skep([...words, '--function', 'fail']);
  assert.equal(failed.code, 1);
  assert.match(failed.errors, /^Error: no bees\n {4}at fail /);
  assert.equal((await skep(words)).code, 2);
});
