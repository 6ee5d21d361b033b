import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { runFunction } from '../../../src/worker/function/run-function.ts';
import { temporaryDirectory } from '../../server/served.ts';

const MODULE = `
export const calls: unknown[] = [];
export function record(values: { n: number; label?: string | null }): void {
  calls.push(values);
}
export async function later({ label = 'the default' }: { label?: string | null }): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  calls.push(label);
}
export function fail(): never {
  throw new TypeError('no bees', { cause: 'winter' });
}
export const dateText = { toText: String, fromText: (text: string) => new Date(text) };
export const notAFunction = 3;
`;

function stage(context: { after(action: () => void): void }) {
  const module = join(temporaryDirectory(context), 'steps.ts');
  writeFileSync(module, MODULE);
  let errors = '';
  const stream = new PassThrough();
  stream.on('data', (chunk) => {
    errors += chunk;
  });
  const call = (name: string, parameters: string, ...words: string[]) =>
    runFunction({ module, function: name, parameters, words }, stream);
  const calls = async (): Promise<unknown[]> => (await import(module)).calls;
  return { module, call, calls, errors: () => errors };
}

test('the function gets its values; what was left out is no property', async (context) => {
  const { call, calls } = stage(context);
  const parameters = 'n:int,label:optional-str,all:list-str,seen:set-int,day:@dateText';
  const rest = ['all=["",x]', 'seen=[1,2]', 'day=2026-11-25'];
  assert.equal(await call('record', parameters, 'n=3', `label=it's = x\n`, ...rest), 0);
  assert.equal(await call('record', parameters, ...rest, 'label=', 'n=-4'), 0);
  const values = { all: ['', 'x'], seen: new Set([1, 2]), day: new Date('2026-11-25') };
  assert.deepEqual(await calls(), [
    { n: 3, label: `it's = x\n`, ...values },
    { n: -4, ...values },
  ]);
});

test('its own defaults count, and it is awaited', async (context) => {
  const { call, calls } = stage(context);
  assert.equal(await call('later', 'label:optional-str', 'label='), 0);
  assert.equal(await call('later', 'label:optional-str', 'label=None'), 0);
  assert.deepEqual(await calls(), ['the default', null]);
});

test('what it throws is told with its stack and cause', async (context) => {
  const { call, errors } = stage(context);
  assert.equal(await call('fail', ''), 1);
  assert.match(errors(), /^TypeError: no bees\n {4}at fail \(.*steps\.ts:\d+:\d+\)[\s\S]*\[cause\]: 'winter'/);
});

test('a call that does not fit is refused before anything runs', async (context) => {
  const { call, calls, module } = stage(context);
  const cases: [string, string, string[], RegExp][] = [
    ['record', 'n:int', [], /given no n\./],
    ['record', 'n:int', ['n=1', 'm=2'], /has no argument m\./],
    ['record', 'n:int', ['n=1', 'n=2'], /n is given twice\./],
    ['record', 'n:int', ['n'], /must read name=value/],
    ['record', 'n:int', ['n=x'], /^Argument n of record is "x"/],
    ['record', 'n:whole', ['n=1'], /^Parameter n is of kind/],
    ['record', 'n:@nowhere', ['n=1'], /^Argument n of record: serializer nowhere cannot read it/],
    ['nothing', '', [], /exports no function nothing\./],
    ['notAFunction', '', [], /exports no function notAFunction\./],
  ];
  for (const [name, parameters, words, message] of cases) {
    await assert.rejects(call(name, parameters, ...words), { name: 'SkepError', message });
  }
  assert.deepEqual(await calls(), []);
  const nowhere = { module: `${module}.js`, function: 'record', parameters: '', words: [] };
  await assert.rejects(runFunction(nowhere, process.stderr), { code: 'input_unreadable' });
});

test('a module that cannot be imported fails with its own error', async (context) => {
  const broken = join(temporaryDirectory(context), 'broken.ts');
  writeFileSync(broken, 'export const x = nothing;');
  const stream = new PassThrough();
  const code = await runFunction({ module: broken, function: 'x', parameters: '', words: [] }, stream);
  assert.equal(code, 1);
  assert.match(String(stream.read()), /^ReferenceError: nothing is not defined[\s\S]*broken\.ts:1/);
});

test('the process: output arrives, open handles do not keep it, exit codes', (context) => {
  const module = join(temporaryDirectory(context), 'steps.ts');
  writeFileSync(
    module,
    `import { SkepError } from 'skep';
     export function speak({ text }: { text: string }) { setInterval(() => {}, 1000); console.log(text.repeat(100000)); }
     export function fail() { throw new SkepError('not_found', 'no such bee'); }`,
  );
  const program = resolve(import.meta.dirname, '../../../src/worker/function/main.ts');
  const run = (...words: string[]) => spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  const spoken = run('--module', module, '--function', 'speak', '--parameters', 'text:str', 'text=-bee');
  assert.equal(spoken.stderr, '');
  assert.equal(spoken.status, 0);
  assert.equal(spoken.stdout.length, 400_001);
  const failed = run('--module', module, '--function', 'fail');
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /SkepError: no such bee/);
  const misused = run('--module', module);
  assert.equal(misused.status, 2);
  assert.equal(misused.stderr, 'skep: --module and --function are required.\n');
  assert.equal(run('--nonsense').status, 2);
});
