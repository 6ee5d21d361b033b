import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { until, Workbench } from './skep.ts';

test('a server serves runs until it is told to stop, and leaves its directory in order', async (context) => {
  const bench = new Workbench(context);
  const server = bench.start('server', 'start', '--port', '0');
  const record = `${bench.dataDirectory}/server.json`;
  await until(() => existsSync(record), 'the server had written its address');
  const { url, pid } = JSON.parse(readFileSync(record, 'utf8'));
  assert.equal(pid, server.pid);

  const file = bench.write('w.yaml', 'templates: {a: {command: "true"}}\ntasks: [{template: a}]\n');
  const { code, errors } = await bench.run('run', file);
  assert.equal(code, 0, errors);
  assert.equal(JSON.parse(readFileSync(record, 'utf8')).pid, server.pid, 'the run used the server that was there');

  const second = await bench.run('server', 'start');
  assert.equal(second.code, 2);
  assert.match(second.errors, /in use by .*process \d+/);

  server.signal('SIGTERM');
  const ended = await server.ended;
  assert.equal(ended.code, 0, ended.errors);
  assert.match(
    ended.output,
    new RegExp(`Serving at +${url}\nToken file +.*/token\nData directory +${bench.dataDirectory}\n`),
  );
  assert.equal(existsSync(record), false);
});

test('a run reaches a configured server by address and token, or by an address that holds the token', async (context) => {
  const bench = new Workbench(context);
  const server = bench.start('server', 'start');
  const record = `${bench.dataDirectory}/server.json`;
  await until(() => existsSync(record), 'the server had written its address');
  const { url, token_file: tokenFile } = JSON.parse(readFileSync(record, 'utf8'));
  const client = new Workbench(context);
  const file = client.write('w.yaml', 'templates: {a: {command: "true"}}\ntasks: [{template: a}]\n');

  client.environment.SKEP__HTTP__SERVICE_URL = url;
  const stranger = await client.run('run', file);
  assert.equal(stranger.code, 1);
  assert.match(stranger.errors, /^The log of this run: .*\nskep: .*401[^\n]*\nhint: .*token/);

  client.environment.SKEP__HTTP__TOKEN_FILE = tokenFile;
  const first = await client.run('run', file);
  assert.equal(first.code, 0, first.errors);

  client.environment.SKEP__HTTP__TOKEN_FILE = '';
  client.environment.SKEP__HTTP__SERVICE_URL = `${url}/t/${readFileSync(tokenFile, 'utf8').trim()}`;
  const second = await client.run('run', file, '--args', 'another');
  assert.equal(second.code, 0, second.errors);
  assert.equal(existsSync(`${client.dataDirectory}/skep.sqlite`), false, 'no server of its own');

  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0);
});

test('a server without authentication is never reachable from elsewhere', async (context) => {
  const bench = new Workbench(context);
  const { code, errors } = await bench.run('server', 'start', '--auth', 'none', '--host', '0.0.0.0');
  assert.equal(code, 2);
  assert.match(errors, /^skep: .*0\.0\.0\.0/);
});

test('an address that is none is named', async (context) => {
  const bench = new Workbench(context);
  bench.environment.SKEP__HTTP__SERVICE_URL = 'localhost:80';
  const { code, errors } = await bench.run('workflow', 'status');
  assert.equal(code, 2);
  assert.match(errors, /localhost:80/);
});
