/** Disks that are full, or that nobody may write to. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import { httpTransport } from '../../src/api/transport.ts';
import { messageOf } from '../../src/core/errors.ts';
import { until, Workbench } from '../e2e/skep.ts';
import { SmallDisk, skip } from './disk/small-disk.ts';
import { play } from './scene/play.ts';
import { Stage } from './scene/stage.ts';

/** Milliseconds for which the disk stays full. */
const SHORTAGE = 2000;

test('the disk of the database is full for a while: 503, nothing acknowledged is lost, and the run goes on', {
  skip,
}, async (context) => {
  const stage = new Stage({ shape: 'fan', serving: 'configured', seconds: 0.3 });
  const disk = new SmallDisk(stage.bench.dataDirectory, 8192);
  context.after(() => {
    disk.unmount();
    stage.strike();
  });
  const acknowledged: string[] = [];
  let refusal = '';
  const faults = await play(stage, { mayRepeat: false }, async () => {
    await until(() => stage.journal.includes('start blade'), 'a task of the second level had started');
    disk.fill();
    refusal = await writeUntilRefused(stage, acknowledged);
    await sleep(SHORTAGE);
    disk.free();
  });
  assert.deepEqual(faults, []);
  assert.equal(stage.runs, 1, 'it needed no resume');
  assert.match(refusal, /status 503, .*the disk is full/);
  const database = new DatabaseSync(join(disk.directory, 'skep.sqlite'), { readOnly: true });
  const names = database.prepare(`select name from tool where name like 'probe%' order by id`).all();
  database.close();
  assert.deepEqual(
    names.map(({ name }) => name),
    acknowledged,
  );
});

/** Makes tools until the server takes no more; those that it has taken are added to `acknowledged`. */
async function writeUntilRefused(stage: Stage, acknowledged: string[]): Promise<string> {
  const { SKEP__HTTP__SERVICE_URL: url = '', SKEP__HTTP__TOKEN_FILE: file = '' } = stage.bench.environment;
  const token = readFileSync(file, 'utf8').trim();
  const requester = new Requester({ transport: httpTransport(url), token, retriesAttempts: 1 });
  try {
    for (let number = 0; ; number++) {
      const name = `probe${String(number).padStart(5, '0')}`;
      await requester.call(routes.addTool, { body: { name } });
      acknowledged.push(name);
    }
  } catch (error) {
    return messageOf(error);
  } finally {
    await requester.close();
  }
}

test('the disk for the output of tasks is full: they go on, and the log of the run says what is missing', {
  skip,
}, async (context) => {
  const bench = new Workbench(context);
  const disk = SmallDisk.temporary(context, 64);
  const command = `head -c 1000000 /dev/zero | tr '\\\\0' x; echo {n} >> ${bench.path('done')}`;
  const file = bench.write(
    'w.yaml',
    `args: a\ntemplates: {a: {command: "${command}"}}\ntasks: [{template: a, each: {n: [1, 2, 3]}}]\n`,
  );
  const { code, errors } = await bench.run('run', file, '--output-dir', disk.directory);
  assert.equal(code, 0, errors);
  assert.deepEqual(readFileSync(bench.path('done'), 'utf8').split('\n').sort(), ['', '1', '2', '3']);
  const sizes = readdirSync(disk.directory).map((name) => statSync(join(disk.directory, name)).size);
  assert.ok(Math.max(...sizes) > 0 && sizes.reduce((sum, size) => sum + size) <= 65_536, String(sizes));
  const logs = join(bench.dataDirectory, 'logs');
  const log = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
  assert.match(log.join(''), /ENOSPC.*A log file is not complete/);
});

describe('a data directory that nobody may write to', { skip }, () => {
  const commands = {
    'skep run': (file: string) => ['run', file],
    'skep server start': () => ['server', 'start'],
    'skep workflow status': () => ['workflow', 'status'],
  };
  for (const [name, words] of Object.entries(commands)) {
    test(`is told by ${name} in one sentence`, async (context: TestContext) => {
      const bench = new Workbench(context);
      const disk = SmallDisk.temporary(context, 8192);
      bench.environment.SKEP__SERVER__DATA_DIR = disk.directory;
      const file = bench.write('w.yaml', 'templates: {a: {command: "true"}}\ntasks: [{template: a}]\n');
      assert.equal((await bench.run('run', file)).code, 0);
      disk.forbidWriting();
      const { code, output, errors } = await bench.run(...words(file));
      assert.equal(output, '');
      assert.match(errors, /^skep: [^\n]*(read-only|cannot be opened)[^\n]*\.\nhint: [^\n]*\n$/i);
      assert.ok(errors.includes(disk.directory), errors);
      assert.equal(code, 2);
    });
  }
});
