/** Files that a stranger handed over: each is one sentence, soon, in a process of its own whose memory is bounded. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../server/served.ts';

const program = resolve(import.meta.dirname, 'programs/load.ts');
const diamond = readFileSync(resolve(import.meta.dirname, '../fixtures/wfformat/diamond.json'), 'utf8');

const layers = Array.from({ length: 30 }, (_, layer) => {
  const inner = layer === 0 ? 'x' : `*l${layer - 1}`;
  return `l${layer}: &l${layer} [${Array(10).fill(inner).join(',')}]`;
});
const templates = 'templates: {a: {command: "echo {x}"}}\n';
const task = (rest: string) => `${templates}tasks: [{template: a, ${rest}}]\n`;

/** File → its text → what the sentence says. */
const FILES: readonly (readonly [file: string, text: () => string, sentence: RegExp])[] = [
  ['alias-bomb.yaml', () => layers.join('\n'), /aliases cannot be followed/],
  [
    'merge-bomb.yaml',
    () => layers.map((line) => line.replace('[', '{<<: [').replace(/\]$/, ']}')).join('\n'),
    /aliases|<<|Merge/,
  ],
  ['circle.yaml', () => task('args: &a {x: *a}'), /alias|circular|text|string/i],
  ['deep.yaml', () => `${templates}tasks: ${'['.repeat(100_000)}`, /nested too deeply/],
  ['deep-map.yaml', () => `${templates}tasks: ${'{a: '.repeat(100_000)}`, /nested too deeply/],
  ['tag.yaml', () => task('args: {x: !!js/function "function () { throw 1 }"}'), /tag/],
  ['twice.yaml', () => `${templates}tasks: []\ntasks: []\n`, /unique/],
  ['proto.yaml', () => task('args: {x: 1, __proto__: {polluted: 1}}'), /__proto__/],
  [
    'number.yaml',
    () => `${templates}max_concurrently_running: ${'9'.repeat(100_000)}\ntasks: [{template: a, args: {x: 1}}]\n`,
    /./,
  ],
  ['each.yaml', () => task(`each: {x: [${'1,'.repeat(10)}2]}, args: {x: 3}`), /x/],
  ['line.yaml', () => task(`each: {x: [${'1,'.repeat(10_000_000)}2]}`), /more than 500000 values/],
  [
    'product.yaml',
    () =>
      `templates: {a: {command: "${'abcdefgh'.replace(/./g, '{$&} ')}"}}\ntasks: [{template: a, each: {${[...'abcdefgh'].map((name) => `${name}: [${Array.from({ length: 30 }, (_, index) => index)}]`).join(', ')}}}]\n`,
    /./,
  ],
  ['deep.json', () => `${'{"a":'.repeat(1_000_000)}`, /cut off/],
  ['closed-deep.json', () => `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, /./],
  [
    'number.json',
    () => diamond.replace(/"runtimeInSeconds": *[\d.]+/, '"runtimeInSeconds": 1e999'),
    /runtimeInSeconds/,
  ],
  ['proto.json', () => '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}', /lacks name/],
  ['line.json', () => `{"workflow": [${'1,'.repeat(10_000_000)}2]}`, /lacks name/],
];

test('each is one sentence', async (context) => {
  const directory = temporaryDirectory(context);
  const paths = FILES.map(([file, text]) => {
    const path = join(directory, file);
    writeFileSync(path, text());
    return path;
  });
  const { stdout, stderr, signal } = spawnSync(process.execPath, ['--max-old-space-size=3000', program, ...paths], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const [index, [file, , sentence]] of FILES.entries()) {
    await context.test(file, (one) => {
      assert.ok(outcomes[index], `no outcome: ${signal} ${stderr.slice(-2000)}`);
      const { code, message, polluted, seconds, mebibytes } = outcomes[index];
      one.diagnostic(`${code} after ${seconds.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB: ${message.slice(0, 300)}`);
      assert.ok(CODES.includes(code), `${code}: ${message.slice(0, 300)}`);
      assert.match(message, sentence);
      assert.ok(message.length < 1000, `${message.length} characters`);
      assert.equal(polluted, false);
    });
  }
});

const CODES = ['input_malformed', 'template_invalid', 'argument_invalid'];
