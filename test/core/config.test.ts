import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { dataDirectory, loadConfig, nearestOf } from '../../src/core/config.ts';
import { isSkepError } from '../../src/core/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-config-'));
after(() => rmSync(directory, { recursive: true }));

function fileWith(text: string): string {
  const path = join(directory, 'skep.yaml');
  writeFileSync(path, text);
  return path;
}

const refused = (pattern: RegExp) => (error: unknown) =>
  isSkepError(error, 'config_invalid') && pattern.test(error.message);

test('defaults stand when nothing else is given', () => {
  const config = loadConfig({ environment: { HOME: directory } });
  assert.equal(config.heartbeat.workflow_run_interval, 30);
  assert.equal(config.http.route_prefix, '/api/v3');
  assert.equal(config.auth.mode, 'token');
});

test('the command line wins over the environment, that over the file, that over the defaults', () => {
  const file = fileWith('server: {port: 1, host: file, body_limit: 10}\n');
  const config = loadConfig({
    file,
    environment: { SKEP__SERVER__PORT: '2', SKEP__SERVER__HOST: 'environment' },
    overrides: { server: { port: 3 } },
  });
  assert.deepEqual(
    { port: config.server.port, host: config.server.host, limit: config.server.body_limit },
    { port: 3, host: 'environment', limit: 10 },
  );
});

test('variables of a foreign client are read where both systems know the key, and lose against ours', () => {
  const config = loadConfig({
    environment: {
      HOME: directory,
      JOBMON__HTTP__SERVICE_URL: 'http://theirs',
      JOBMON__HEARTBEAT__REPORT_BY_BUFFER: '2.5',
      JOBMON__TELEMETRY__DEBUG: 'true',
      SKEP__HTTP__SERVICE_URL: 'http://ours',
    },
  });
  assert.equal(config.http.service_url, 'http://ours');
  assert.equal(config.heartbeat.report_by_buffer, 2.5);
});

test('an unknown setting is refused with its name, its place and the nearest known one', () => {
  assert.throws(
    () => loadConfig({ file: fileWith('server: {prot: 1}\n') }),
    refused(/server\.prot .*skep\.yaml.*server\.port/),
  );
  assert.throws(
    () => loadConfig({ environment: { SKEP__SEVER__PORT: '1' } }),
    refused(/sever .*the environment.*server/),
  );
});

test('a value of the wrong type, a file that is no mapping and a missing file are refused by name', () => {
  assert.throws(
    () => loadConfig({ environment: { SKEP__SERVER__PORT: 'many' } }),
    refused(/server\.port .*number.*"many"/),
  );
  assert.throws(() => loadConfig({ environment: { SKEP__SERVER__EXTENSIONS: 'perhaps' } }), refused(/boolean/));
  assert.throws(() => loadConfig({ file: fileWith('- 1\n') }), refused(/skep\.yaml/));
  assert.throws(() => loadConfig({ file: fileWith('server: {port: 1') }), refused(/skep\.yaml/));
  assert.throws(() => loadConfig({ file: join(directory, 'missing.yaml') }), refused(/missing\.yaml/));
});

test('the data directory follows the setting, then XDG, then the home directory', () => {
  const config = loadConfig({ environment: { HOME: directory } });
  assert.equal(dataDirectory(config, { HOME: '/h' }), '/h/.local/share/skep');
  assert.equal(dataDirectory(config, { HOME: '/h', XDG_DATA_HOME: '/x' }), '/x/skep');
  assert.equal(
    dataDirectory(loadConfig({ environment: { HOME: '/h' }, overrides: { server: { data_dir: '/d' } } })),
    '/d',
  );
});

test('nearest name', () => {
  assert.equal(nearestOf('retrys', ['retries', 'memory']), 'retries');
  assert.equal(nearestOf('x', []), undefined);
});
