/** Tasks that write very much, and very many tasks that write. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Workbench } from '../e2e/skep.ts';
import { findRole } from './kill/kill-role.ts';
import { isLong } from './scene/extent.ts';

const skip = process.platform === 'linux' ? false : 'looks for processes in /proc';
const MEBIBYTE = 2 ** 20;
const FLOOD = (isLong ? 500 : 200) * MEBIBYTE;
const TASKS = isLong ? 3000 : 400;
/** Bytes of memory that the supervisor may ever have used; it starts with a third of that. */
const MOST_MEMORY = 200 * MEBIBYTE;

test(`${FLOOD / MEBIBYTE} MiB at once: every byte is in the file, and the supervisor holds few of them`, {
  skip,
}, async (context) => {
  const bench = new Workbench(context);
  const command = `head -c ${FLOOD} /dev/zero; echo the end`;
  const file = bench.write('w.yaml', `args: a\ntemplates: {a: {command: "${command}"}}\ntasks: [{template: a}]\n`);
  const run = bench.start('run', file, '--output-dir', bench.path('output'));
  let hasEnded = false;
  run.ended.then(() => {
    hasEnded = true;
  });
  let peak = 0;
  while (!hasEnded) {
    for (const pid of findRole(bench, 'supervisor')) peak = Math.max(peak, peakMemory(pid));
    await sleep(20);
  }
  const { code, errors } = await run.ended;
  assert.equal(code, 0, errors);
  const [output = ''] = readdirSync(bench.path('output')).filter((name) => name.includes('.o'));
  assert.equal(statSync(join(bench.path('output'), output)).size, FLOOD + 'the end\n'.length);
  assert.ok(peak > 0 && peak < MOST_MEMORY, `${peak / MEBIBYTE} MiB`);
});

test(`${TASKS} tasks that write to both streams: each has its own files, complete`, { skip }, async (context) => {
  const bench = new Workbench(context);
  const lines = 'for i in 1 2 3 4 5 6 7 8 9; do echo out {n} $i; echo err {n} $i >&2; done';
  const numbers = Array.from({ length: TASKS }, (_, index) => index).join(', ');
  const file = bench.write(
    'w.yaml',
    `args: a\ntemplates: {a: {command: "${lines}"}}\ntasks: [{template: a, each: {n: [${numbers}]}}]\n`,
  );
  const { code, errors } = await bench.run('run', file, '--output-dir', bench.path('output'));
  assert.equal(code, 0, errors);
  const names = readdirSync(bench.path('output'));
  assert.equal(names.length, 2 * TASKS);
  for (const name of names) {
    const [, number, letter] = /^a_n-(\d+)\.([oe])/.exec(name) ?? assert.fail(name);
    const word = letter === 'o' ? 'out' : 'err';
    const wanted = Array.from({ length: 9 }, (_, index) => `${word} ${number} ${index + 1}\n`).join('');
    assert.equal(readFileSync(join(bench.path('output'), name), 'utf8'), wanted);
  }
});

/** Bytes; 0 for a process that has ended meanwhile. */
function peakMemory(pid: number): number {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
