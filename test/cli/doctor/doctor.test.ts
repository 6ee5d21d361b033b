import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import type { CommandContext } from '../../../src/cli/context.ts';
import { checkCertificate } from '../../../src/cli/doctor/certificate.ts';
import { checkFileSystem } from '../../../src/cli/doctor/data-directory.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { checkLimits } from '../../../src/cli/doctor/limits.ts';
import { checkNode } from '../../../src/cli/doctor/node.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { loadConfig } from '../../../src/core/config.ts';
import { silentLog } from '../../../src/core/log.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { SKEP_VERSION } from '../../../src/core/version.ts';
import { Database } from '../../../src/server/db/database.ts';
import { startServer } from '../../../src/server/start.ts';
import { makeAuthority, WITHOUT_OPENSSL } from '../../support/certificates.ts';
import type { FakeRequest } from '../../support/fake-transport.ts';
import { skep } from '../skep.ts';

function home(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-doctor-test-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Examined {
  readonly code: number;
  of(check: string): readonly Finding[];
}

async function examine(
  directory: string,
  environment: Record<string, string> = {},
  answer?: (request: FakeRequest) => unknown,
): Promise<Examined> {
  const all = {
    HOME: directory,
    PATH: '',
    SKEP__HTTP__SERVICE_URL: '',
    SKEP__SERVER__DATA_DIR: `${directory}/data`,
    ...environment,
  };
  const { code, output } = await skep(['doctor', '--json'], { environment: all, ...(answer && { answer }) });
  const { findings, errors } = JSON.parse(output) as { findings: Finding[]; errors: number };
  assert.equal(code, errors > 0 ? 1 : 0);
  return { code, of: (check) => findings.filter((finding) => finding.check === check) };
}

async function makeDatabase(path: string, change?: string): Promise<void> {
  const database = await Database.open({ path, clock: systemClock, random: systemRandom });
  if (change !== undefined) await database.write(({ db }) => sql.raw(change).execute(db));
  await database.close();
}

describe('skep doctor', () => {
  test('finds nothing wrong with a fresh place, and makes nothing there', async (context) => {
    const directory = home(context);
    const { code, of } = await examine(directory);
    assert.equal(code, 0);
    assert.match(of('data directory')[0]?.message ?? '', /will be made/);
    assert.match(of('server')[0]?.message ?? '', /none runs/);
    assert.equal(spawnSync('ls', ['-A', directory]).stdout.toString(), '');
  });

  test('says one line for each check, with what helps below, also on a narrow terminal', async (context) => {
    const directory = home(context);
    const environment = { HOME: directory, PATH: '', SKEP__HTTP__SERVICE_URL: '', XDG_DATA_HOME: 'x\u001b[31my' };
    for (const columns of [44, 80]) {
      const { output } = await skep(['--data-dir', directory, 'doctor'], { columns, environment });
      const lines = output.split('\n');
      assert.ok(
        lines.every((line) => line.length <= columns),
        output,
      );
      assert.ok(!output.includes('\u001b'));
      assert.ok(lines.some((line) => /^ok {7}node: version/.test(line)));
      assert.ok(lines.some((line) => /^warning {2}paths: XDG_DATA_HOME/.test(line)));
      assert.match(output, /1 warning\.\n$/);
    }
  });

  test('names an invalid setting, and leaves out what depends on it', async (context) => {
    const directory = home(context);
    mkdirSync(join(directory, '.config/skep'), { recursive: true });
    writeFileSync(join(directory, '.config/skep/skep.yaml'), 'server: {prot: 1}\n');
    const { of } = await examine(directory);
    assert.equal(of('configuration')[0]?.state, 'error');
    assert.match(of('configuration')[0]?.message ?? '', /server\.prot.*skep\.yaml.*server\.port/);
    assert.equal(of('database').length, 0);
  });

  test('knows too old a Node and too low limits', () => {
    assert.equal(checkNode('20.19.0').state, 'error');
    assert.equal(checkNode('24.0.0').state, 'ok');
    const limits = (files: string, processes: string) =>
      checkLimits(`Max processes    ${processes}   9 processes\nMax open files  ${files}   9 files\n`);
    assert.deepEqual(
      limits('256', '100').map(({ state }) => state),
      ['warning', 'warning'],
    );
    assert.deepEqual(
      limits('1024', 'unlimited').map(({ state }) => state),
      ['ok', 'ok'],
    );
    const low = spawnSync(
      '/bin/sh',
      ['-c', `ulimit -n 200; exec "$0" "$1" doctor`, process.execPath, resolve('src/cli/main.ts')],
      {
        env: { HOME: '/nonexistent', PATH: '' },
      },
    );
    assert.match(low.stdout.toString(), /warning {2}limits: only 200 open files/);
  });
});

describe('the data directory', () => {
  test('is a file', async (context) => {
    const directory = home(context);
    writeFileSync(join(directory, 'data'), '');
    assert.match((await examine(directory)).of('data directory')[0]?.message ?? '', /data is no directory/);
  });

  test('can be written by others, or by nobody', async (context) => {
    const directory = home(context);
    mkdirSync(join(directory, 'data'));
    chmodSync(join(directory, 'data'), 0o777);
    assert.match((await examine(directory)).of('data directory')[0]?.message ?? '', /written by others \(mode 777\)/);
    const { of } = await examine(directory, { SKEP__SERVER__DATA_DIR: '/proc/skep' });
    assert.equal(of('data directory')[0]?.state, 'error');
  });

  test('is on a full disk', { skip: process.getuid?.() !== 0 && 'only root can mount one' }, async (context) => {
    const directory = home(context);
    const data = join(directory, 'data');
    mkdirSync(data);
    const mounted = spawnSync('sh', ['-c', `mount -t tmpfs -o size=64k tmpfs ${data}`]);
    if (mounted.status !== 0) return context.skip('this container may not mount');
    try {
      spawnSync('sh', ['-c', `cat /dev/zero > ${data}/filler 2>/dev/null`]);
      const { of } = await examine(directory);
      assert.match(of('data directory')[0]?.message ?? '', /cannot be written: ENOSPC/);
      assert.equal(of('free space')[0]?.state, 'error');
    } finally {
      spawnSync('sh', ['-c', `umount ${data}`]);
    }
  });

  test('is on the disk of another machine', () => {
    assert.match(checkFileSystem('/', true, () => 0x6969).message, /NFS/);
    assert.equal(checkFileSystem('/', true, () => 0xff534d42 | 0).state, 'warning', 'as a signed number too');
    assert.equal(checkFileSystem('/', false, () => 0x6969).state, 'ok', 'PostgreSQL holds the data');
    assert.equal(checkFileSystem('/', true, () => 0xef53).state, 'ok');
  });

  test('holds a token that others can read, or none', async (context) => {
    const directory = home(context);
    mkdirSync(join(directory, 'data'));
    const path = join(directory, 'data', 'token');
    writeFileSync(path, 'secret\n', { mode: 0o644 });
    assert.match((await examine(directory)).of('token file')[0]?.message ?? '', /read by others \(mode 644\)/);
    chmodSync(path, 0o600);
    assert.equal((await examine(directory)).of('token file')[0]?.state, 'ok');
    writeFileSync(path, '');
    assert.match((await examine(directory)).of('token file')[0]?.message ?? '', /empty/);
  });

  test('holds a database of this version, an older or a newer one, or something else', async (context) => {
    const directory = home(context);
    const path = join(directory, 'data', 'skep.sqlite');
    const state = async () => (await examine(directory)).of('database')[0];
    await makeDatabase(path);
    assert.equal((await state())?.state, 'ok');
    await makeDatabase(path, "delete from kysely_migration where name = '0007-changes'");
    assert.equal((await state())?.state, 'warning');
    rmSync(path);
    await makeDatabase(path, "insert into kysely_migration values ('9999-x', '2030')");
    assert.match((await state())?.message ?? '', /newer version/);
    writeFileSync(path, 'no database at all, but long enough to have the header of one, which it has not. '.repeat(20));
    assert.match((await state())?.message ?? '', /cannot be read/);
  });
});

describe('the server', () => {
  const URL = { SKEP__HTTP__SERVICE_URL: 'http://hive', SKEP__HTTP__TOKEN: 'secret' };
  const answers =
    (version: string, seconds = 0) =>
    (request: FakeRequest) => {
      if (request.path.endsWith('/capabilities')) return { version, database_id: 'x' };
      const time = new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
      return request.path.endsWith('/time') ? { time } : { status: 'OK' };
    };

  test('of this data directory runs, and then no more', async (context) => {
    const directory = home(context);
    const config = loadConfig({ environment: {}, overrides: { server: { data_dir: join(directory, 'data') } } });
    const server = await startServer({ config, log: silentLog });
    context.after(() => server.close());
    const words = ['doctor', '--json'];
    const bin = resolve('src/cli/main.ts');
    const environment = { HOME: directory, PATH: '', SKEP__SERVER__DATA_DIR: join(directory, 'data') };
    const { spawn } = await import('node:child_process');
    const ask = async (more: Record<string, string> = {}) => {
      const child = spawn(process.execPath, [bin, ...words], { env: { ...environment, ...more } });
      let text = '';
      child.stdout.on('data', (chunk) => (text += chunk));
      await new Promise((done) => child.on('close', done));
      return (JSON.parse(text) as { findings: Finding[] }).findings.filter(({ check }) => check === 'server');
    };
    assert.match((await ask())[0]?.message ?? '', new RegExp(`answers, version ${SKEP_VERSION}`));
    const wrong = { SKEP__HTTP__SERVICE_URL: server.url, SKEP__HTTP__TOKEN: 'wrong' };
    assert.match((await ask(wrong))[0]?.message ?? '', /refuses the token/);
    await server.close();
    assert.match((await ask())[0]?.message ?? '', /none runs/);
    assert.match(
      (await ask({ SKEP__HTTP__SERVICE_URL: server.url }))[0]?.message ?? '',
      /does not answer.*ECONNREFUSED/,
    );
  });

  test('has another version, or another time', async (context) => {
    const directory = home(context);
    const major = Number(SKEP_VERSION.split('.')[0]);
    assert.equal((await examine(directory, URL, answers(`${major + 1}.0.0`))).of('server')[0]?.state, 'error');
    assert.equal((await examine(directory, URL, answers(`${major}.99.0`))).of('server')[0]?.state, 'warning');
    const fine = await examine(directory, URL, answers(SKEP_VERSION));
    assert.deepEqual([fine.of('server')[0]?.state, fine.of('clock')[0]?.state], ['ok', 'ok']);
    const ahead = await examine(directory, URL, answers(SKEP_VERSION, 120));
    assert.match(ahead.of('clock')[0]?.message ?? '', /1(19|20|21) s ahead of/);
  });

  test('has a token file that is not there', async (context) => {
    const directory = home(context);
    const environment = { SKEP__HTTP__SERVICE_URL: 'http://hive', SKEP__HTTP__TOKEN_FILE: '/nowhere/token' };
    assert.match(
      (await examine(directory, environment, answers(SKEP_VERSION))).of('token file')[0]?.message ?? '',
      /does not exist/,
    );
  });
});

test('a certificate that ends soon, has ended, or is not there', { skip: WITHOUT_OPENSSL }, (context) => {
  const directory = home(context);
  const { cert, key } = makeAuthority(directory, 'hive'); // For two days.
  const server = { tls_cert: cert, tls_key: key };
  const look = (now: number, overrides: object = server) => {
    const config = loadConfig({ environment: {}, overrides: { server: overrides } });
    const clock = { ...systemClock, now: () => now };
    return checkCertificate({ config, dataDirectory: directory, context: { clock } as CommandContext });
  };
  const day = 24 * 3600 * 1000;
  assert.match(JSON.stringify(look(Date.now())), /"warning".*ends on/);
  assert.match(JSON.stringify(look(Date.now() + 3 * day)), /"error".*ended on/);
  assert.match(JSON.stringify(look(Date.now() - 30 * day)), /"ok"/);
  assert.match(JSON.stringify(look(0, { ...server, tls_key: '/nowhere' })), /"error".*server\.tls_key/);
  assert.deepEqual(look(0, {}), []);
});

describe('slurm', () => {
  const program = (directory: string, name: string, text: string) => {
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };

  test('has commands and a controller, or lacks some', async (context) => {
    const directory = home(context);
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    const environment = { PATH: [bin, '/bin', '/usr/bin'].join(delimiter) };
    const names = ['sbatch', 'squeue', 'sacct', 'scancel', 'scontrol'];
    for (const name of names) program(bin, name, 'echo "Slurmctld(primary) at hive is UP"');
    assert.match((await examine(directory, environment)).of('slurm')[0]?.message ?? '', /primary.*UP/);
    program(bin, 'scontrol', 'echo "Slurmctld(primary) at hive is DOWN"; exit 1');
    assert.match((await examine(directory, environment)).of('slurm')[0]?.message ?? '', /cannot be reached.*DOWN/);
    rmSync(join(bin, 'sacct'));
    const { of } = await examine(directory, { PATH: bin });
    assert.match(of('slurm')[0]?.message ?? '', /^sacct cannot be found/);
  });

  test('is needed by a cluster of the database', async (context) => {
    const directory = home(context);
    const type = "insert into cluster_type (id, name) values (90, 'slurm')";
    const path = join(directory, 'data', 'skep.sqlite');
    await makeDatabase(path, type);
    await makeDatabase(path, "insert into cluster (name, cluster_type_id) values ('hive', 90)");
    assert.match((await examine(directory)).of('slurm')[0]?.message ?? '', /cluster hive needs its commands/);
  });
});
