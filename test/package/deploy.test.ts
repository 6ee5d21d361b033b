/** The files to set up a server with: read by what reads them where that is here, and their commands run by hand. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadConfig } from '../../src/core/config.ts';
import { repository, until, Workbench } from '../e2e/skep.ts';

const read = (path: string) => readFileSync(join(repository, 'deploy', path), 'utf8');
const UNIT = read('systemd/skep-server.service');
const { services } = parse(read('compose/compose.yaml'));
const noSystemd = spawnSync('systemd-analyze', ['--version']).status !== 0 && 'systemd-analyze is not installed';
/** Of ten; systemd calls what is below 2 "OK". */
const MOST_EXPOSED = 2;

test('systemd takes the unit and calls it well protected', { skip: noSystemd }, (context) => {
  const bench = new Workbench(context);
  const path = bench.write('skep-server.service', UNIT.replace('/usr/local/bin/skep', join(repository, 'bin/skep.js')));
  const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  assert.equal(verified.stderr, '');
  assert.equal(verified.status, 0);
  const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', path], {
    encoding: 'utf8',
  });
  const [, exposure] = /exposure level for \S+: ([\d.]+)/.exec(stdout) ?? [];
  assert.ok(Number(exposure) <= MOST_EXPOSED, stdout);
});

test('the command of the unit serves, and SIGTERM ends it in order', async (context) => {
  const bench = new Workbench(context);
  const [, command = ''] = /^ExecStart=\S+\/skep (.*)$/m.exec(UNIT) ?? [];
  await serves(bench, command.replace('/var/lib/skep', bench.path('state')).split(' '));
});

test('the containers hold the settings, the health check and the command of a server', async (context) => {
  const { server, database } = services;
  const environment = {
    ...server.environment,
    SKEP__DATABASE__URL: server.environment.SKEP__DATABASE__URL.replace(/\$\{.*?\}/, 'secret'),
  };
  const config = loadConfig({ environment });
  assert.equal(new URL(config.database.url).username, database.environment.POSTGRES_USER);
  assert.equal(new URL(config.database.url).pathname, `/${database.environment.POSTGRES_DB}`);
  assert.equal(new URL(config.database.url).hostname, 'database');
  assert.equal(server.depends_on.database.condition, 'service_healthy');
  const [, entry = ''] = /^ENTRYPOINT (\[.*\])$/m.exec(read('compose/Containerfile')) ?? [];
  const [program, ...words] = JSON.parse(entry) as string[];
  assert.equal(program, 'skep');
  const bench = new Workbench(context);
  const here: Record<string, string> = { '/var/lib/skep': bench.path('state'), '0.0.0.0': '127.0.0.1', '8070': '0' };
  const url = await serves(
    bench,
    words.map((word) => here[word] ?? word),
    async (address) => {
      const { status } = await fetch(`${address}/readyz`);
      const [kind, node, ...check] = server.healthcheck.test.map((word: string) =>
        word.replace('http://127.0.0.1:8070', address),
      );
      assert.deepEqual([kind, node], ['CMD', 'node']);
      const healthy = spawnSync(process.execPath, check);
      assert.equal(healthy.status, status === 200 ? 0 : 1, String(healthy.stderr));
    },
  );
  assert.match(url, /^http:/);
});

/** Starts a server by these words, and ends it as systemd and a container engine do. @returns its address */
async function serves(
  bench: Workbench,
  words: readonly string[],
  look = async (_address: string) => {},
): Promise<string> {
  const server = bench.start(...words);
  await until(() => server.output().includes('Data directory'), `it served: ${server.errors()}`);
  const [, address = ''] = /Serving at +(\S+)/.exec(server.output()) ?? [];
  await look(address);
  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0);
  return address;
}
