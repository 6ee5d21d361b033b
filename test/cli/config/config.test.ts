import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { skep } from '../skep.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-config-cli-'));
after(() => rmSync(directory, { recursive: true }));

const file = join(directory, 'skep', 'skep.yaml');
const environment = { XDG_CONFIG_HOME: directory, SKEP__HTTP__SERVICE_URL: 'http://bee:honey@hive/t/wax' };

test('config set and show: what changed, what is in force, and where it comes from', async () => {
  const set = await skep(['config', 'set', 'server.port', '8070'], { environment });
  assert.deepEqual([set.code, set.output], [0, `server.port: 0 (default) → 8070\nFile: ${file}\n`]);
  const again = await skep(['config', 'set', 'server.port', '1', '--json'], { environment });
  assert.deepEqual(JSON.parse(again.output), { key: 'server.port', old: 8070, new: 1, file });
  const words = ['--data-dir', '/d', 'config', 'show', '--section', 'server', '--json'];
  const shown = JSON.parse((await skep(words, { environment: { ...environment, SKEP__SERVER__HOST: '::1' } })).output);
  assert.deepEqual(shown.slice(0, 4), [
    { key: 'server.host', value: '::1', source: 'environment' },
    { key: 'server.port', value: 1, source: 'file' },
    { key: 'server.data_dir', value: '/d', source: 'command line' },
    { key: 'server.body_limit', value: 67_108_864, source: 'default' },
  ]);
});

test('secrets are never shown', async () => {
  const set = await skep(['config', 'set', 'http.token', 'very-secret'], { environment });
  assert.equal(set.output.split('\n')[0], 'http.token: "" (default) → ********');
  assert.match(readFileSync(file, 'utf8'), /token: very-secret/);
  const all = await skep(['config', 'show'], { environment });
  assert.doesNotMatch(all.output, /very-secret|honey|wax/);
  assert.match(all.output, /http\.token +\*{8} +file\n/);
  assert.match(all.output, /http:\/\/bee:\*{8}@hive\/t\/\*{8} +environment\n/);
  const json = await skep(['config', 'set', 'http.token', 'other', '--json'], { environment });
  assert.deepEqual(JSON.parse(json.output), { key: 'http.token', old: '********', new: '********', file });
});

test('one setting is named by section and key, or by both in one', async () => {
  const one = await skep(['config', 'show', '--key', 'log.level', '--json'], { environment });
  assert.deepEqual(JSON.parse(one.output), [{ key: 'log.level', value: 'info', source: 'default' }]);
  const same = await skep(['config', 'show', '--section', 'log', '--key', 'level', '--json'], { environment });
  assert.equal(same.output, one.output);
});

test('what does not exist gets the nearest name, a wrong value its type; both end with 2', async () => {
  const cases: [words: string[], expected: RegExp][] = [
    [['show', '--section', 'serv'], /^skep: Unknown section serv; did you mean server\?\n/],
    [['show', '--key', 'level'], /^skep: Unknown setting level; did you mean .+\?\n/],
    [['show', '--section', 'log', '--key', 'levl'], /^skep: Unknown setting log\.levl; did you mean log\.level\?\n/],
    [['set', 'server.prot', '1'], /^skep: Unknown setting server\.prot in .*; did you mean server\.port\?\n/],
    [['set', 'x\u001b[2J', '1'], /^skep: Unknown setting x·\[2J /],
    [['set', 'server.port', 'many'], /^skep: server\.port in .* must be a number, not "many"\.\n/],
    [['set', 'server.extensions', 'perhaps'], /must be a boolean, not "perhaps"/],
  ];
  const before = readFileSync(file, 'utf8');
  for (const [words, expected] of cases) {
    const { code, output, errors } = await skep(['config', ...words], { environment });
    assert.deepEqual([code, output], [2, ''], words.join(' '));
    assert.match(errors, expected);
  }
  assert.equal(readFileSync(file, 'utf8'), before);
});

test('another file is changed where it is, and a variable that wins is mentioned', async () => {
  const other = join(directory, 'other.yaml');
  writeFileSync(other, '# mine\nhttp:\n  service_url: http://old # here\n');
  const { output, errors } = await skep(['config', 'set', 'http.service_url', 'http://new', '--config-file', other], {
    environment,
  });
  assert.match(output, /^http\.service_url: http:\/\/old → http:\/\/new\n/);
  assert.match(errors, /^SKEP__HTTP__SERVICE_URL in the environment is set too, and wins over the file\.\n$/);
  assert.equal(readFileSync(other, 'utf8'), '# mine\nhttp:\n  service_url: http://new # here\n');
});
