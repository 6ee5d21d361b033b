/** Where a token or a password could come to light, looked for in a real run over TLS whose logs tell everything. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLineOf, processesOf } from '../e2e/processes.ts';
import { until, Workbench } from '../e2e/skep.ts';
import { makeAuthority, makeCertificate, WITHOUT_OPENSSL } from '../support/certificates.ts';

test('no secret is in a log, a file, an argument, or the environment of a command', {
  skip: WITHOUT_OPENSSL,
}, async (context) => {
  const bench = new Workbench(context);
  const authority = makeAuthority(bench.directory, 'authority');
  const { cert, key } = makeCertificate(bench.directory, 'server', { authority });
  const told = { SKEP__LOG__LEVEL: 'trace', SKEP__HTTP__CA_FILE: authority.cert };
  Object.assign(bench.environment, told, { SKEP__SERVER__TLS_CERT: cert, SKEP__SERVER__TLS_KEY: key });
  const server = bench.start('server', 'start');
  const record = join(bench.dataDirectory, 'server.json');
  await until(() => existsSync(record), 'the server had written its address');
  const { url, token_file: tokenFile } = JSON.parse(readFileSync(record, 'utf8'));
  assert.match(url, /^https:/);
  const token = readFileSync(tokenFile, 'utf8').trim();

  const client = new Workbench(context);
  Object.assign(client.environment, told, {
    SKEP__HTTP__SERVICE_URL: `${url}/t/${token}`,
    SKEP__DATABASE__URL: 'postgres://skep:geheim@127.0.0.1:1/skep',
    SKEP__NOTIFY__WEBHOOK_URL: 'https://127.0.0.1:1/geheim',
  });
  const seen = client.path('environment.txt');
  const file = client.write('w.yaml', `templates: {a: {command: "env > ${seen}; sleep 1"}}\ntasks: [{template: a}]\n`);
  const run = client.start('run', file, '--verbose');
  const lines = new Set<string>();
  await until(() => {
    for (const pid of [...processesOf(client), ...processesOf(bench)]) lines.add(commandLineOf(pid).join(' '));
    return existsSync(seen);
  }, 'the command had started');
  const { code, output, errors } = await run.ended;
  assert.equal(code, 0, errors);
  const wrong = await client.run('task', 'status', '--task_ids', '999');
  client.environment.SKEP__HTTP__SERVICE_URL = `${url}/t/${token}x`;
  const stranger = await client.run('workflow', 'status');
  assert.notEqual(stranger.code, 0);
  const shown = await client.run('config', 'show');
  server.signal('SIGTERM');
  const served = await server.ended;
  assert.equal(served.code, 0, served.errors);
  assert.match(served.errors, /"level":20/, 'the log tells of requests');

  const texts: [string, string][] = [
    ['arguments', [...lines].join('\n')],
    ['environment', readFileSync(seen, 'utf8')],
    ...[wrong, stranger, shown, served].map((ended, index): [string, string] => [
      `ended ${index}`,
      ended.output + ended.errors,
    ]),
    ['run', output + errors],
    ...[...filesIn(client.directory), ...filesIn(bench.directory)]
      .filter((path) => path !== tokenFile)
      .map((path): [string, string] => [path, `${path}\n${readFileSync(path, 'latin1')}`]),
  ];
  assert.ok(
    [...lines].some((line) => line.includes('supervise')),
    'all processes were looked at',
  );
  for (const [where, text] of texts) {
    for (const secret of [token, 'geheim']) assert.ok(!text.includes(secret), `${secret.slice(0, 6)}… is in ${where}`);
  }
  const own = new Set(
    readFileSync(seen, 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]),
  );
  assert.ok(own.has('SKEP__HTTP__CA_FILE'), 'what is no secret is handed on');
});

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}
