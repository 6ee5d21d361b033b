import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { changeConfigFile } from '../../src/core/config-file.ts';
import { isSkepError } from '../../src/core/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-config-file-'));
after(() => rmSync(directory, { recursive: true }));

let count = 0;
function fileWith(text: string): string {
  const path = join(directory, `${++count}.yaml`);
  writeFileSync(path, text);
  return path;
}

const refused = (pattern: RegExp) => (error: unknown) =>
  isSkepError(error, 'config_invalid') && pattern.test(error.message);

test('one value changes; comments, order and quotes stay', () => {
  const text = `# ours
server: # where it listens
  host: "0.0.0.0" # all of them

  port: 1 # fixed
log: {level: debug}
`;
  const path = fileWith(text);
  const { before, value } = changeConfigFile(path, 'server.port', '8070');
  assert.deepEqual([before, value], [1, 8070]);
  assert.equal(
    readFileSync(path, 'utf8'),
    text
      .replace('port: 1', 'port: 8070')
      .replace('{level: debug}', '{ level: debug }')
      .replace('server: # where it listens', 'server:\n  # where it listens'),
  );
  changeConfigFile(path, 'log.level', 'warn');
  changeConfigFile(path, 'heartbeat.report_by_buffer', '2.5');
  const changed = readFileSync(path, 'utf8');
  assert.match(changed, /log: \{ level: warn \}\nheartbeat:\n {2}report_by_buffer: 2\.5\n$/);
});

test('text that looks like a number stays text', () => {
  const path = fileWith('');
  changeConfigFile(path, 'http.token', '0123');
  assert.equal(readFileSync(path, 'utf8'), 'http:\n  token: "0123"\n');
});

test('an empty section is filled and keeps its comment', () => {
  const path = fileWith('server: # later\nlog:\n');
  changeConfigFile(path, 'server.port', '1');
  assert.equal(readFileSync(path, 'utf8'), 'server:\n  # later\n  port: 1\nlog:\n');
});

test('a missing file is made with its directory, for the user alone', () => {
  const path = join(directory, 'new', 'deep', 'skep.yaml');
  assert.equal(changeConfigFile(path, 'server.extensions', 'no').before, undefined);
  assert.equal(readFileSync(path, 'utf8'), 'server:\n  extensions: false\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(directory, 'new')).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(join(directory, 'new', 'deep')), ['skep.yaml']);
});

test('the mode of a file stays, and a link stays a link', () => {
  const path = fileWith('');
  chmodSync(path, 0o640);
  const link = join(directory, 'link.yaml');
  symlinkSync(path, link);
  changeConfigFile(link, 'server.port', '1');
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(statSync(path).mode & 0o777, 0o640);
  assert.match(readFileSync(path, 'utf8'), /port: 1/);
});

test('a wrong name gets the nearest one, a wrong value its type, and the file stays as it was', () => {
  const path = fileWith('server: {port: 1}\n');
  assert.throws(() => changeConfigFile(path, 'server.prot', '1'), refused(/server\.prot.*server\.port/));
  assert.throws(() => changeConfigFile(path, 'server', '1'), refused(/Unknown setting server in.*did you mean/));
  assert.throws(() => changeConfigFile(path, 'constructor.name', '1'), refused(/constructor\.name/));
  assert.throws(() => changeConfigFile(path, 'server.port', 'many'), refused(/server\.port.*number.*"many"/));
  assert.throws(() => changeConfigFile(path, 'server.port', ''), refused(/number/));
  assert.throws(() => changeConfigFile(path, 'server.extensions', '\u001b[2J'), refused(/boolean, not "\\u001b\[2J"/));
  assert.equal(readFileSync(path, 'utf8'), 'server: {port: 1}\n');
});

test('a file that is no YAML of sections is refused and stays', () => {
  for (const text of [
    'server: {port: 1',
    '- 1\n',
    'server: 5\n',
    'server: {port: 1}\nserver: {port: 2}\n',
    'a: &x {}\nserver: *x\n',
    'a: 1\n---\nb: 2\n',
  ]) {
    const path = fileWith(text);
    assert.throws(
      () => changeConfigFile(path, 'server.port', '1'),
      refused(new RegExp(`Cannot (read|change) .*${count}\\.yaml`)),
      text,
    );
    assert.equal(readFileSync(path, 'utf8'), text);
  }
});

test('a place that cannot be written is named, and nothing is left there', () => {
  const file = fileWith('');
  assert.throws(
    () => changeConfigFile(join(file, 'skep.yaml'), 'server.port', '1'),
    refused(/Cannot (read|write) .*skep\.yaml/),
  );
  assert.throws(() => changeConfigFile(directory, 'server.port', '1'), refused(/Cannot read/));
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.endsWith('.tmp')),
    [],
  );
});
