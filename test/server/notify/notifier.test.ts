import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Config, loadConfig } from '../../../src/core/config.ts';
import { createLog } from '../../../src/core/log.ts';
import { startNotifier } from '../../../src/server/notify/notifier.ts';
import { receiversOf } from '../../../src/server/notify/receivers.ts';
import { repairWorkflows } from '../../../src/server/operations/status-repair.ts';
import { updateTasks } from '../../../src/server/operations/task-updates.ts';
import { temporaryDirectory } from '../served.ts';
import { World } from '../world.ts';
import { listenForWebhooks } from './receiver.ts';

async function open(test: TestContext) {
  const world = await World.open();
  test.after(() => world.close());
  const lines: string[] = [];
  const log = createLog('server', 'warn', { write: (line: string) => lines.push(line) } as never);
  const start = (settings: Partial<Config['notify']>) => {
    const { clock, processes } = world.services;
    const notify = { ...loadConfig({ environment: {} }).notify, ...settings };
    return startNotifier({ ...world.services, log }, receiversOf(notify, { clock, processes }));
  };
  const outbox = () =>
    world.services.database.read(({ db }) => db.selectFrom('skep_notification').selectAll().orderBy('id').execute());
  return { world, lines, start, outbox };
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('every end is told once, with what people want to know', async (context) => {
  const { world, start, outbox } = await open(context);
  const receiver = await listenForWebhooks(context);
  const notifier = start({ webhook_url: `${receiver.url}/hook?room=7` });
  const done = await world.run(await world.bind({ tasks: 2 }));
  const [id = 0] = await world.attempt(done, 'R', done.taskIds.slice(0, 1));
  await world.end([id], 'D');
  for (let repeat = 0; repeat < 2; repeat++) await world.moveRun(done.runId, 'D');
  await until(() => receiver.deliveries.length === 1, 'it was told');
  const [delivery] = receiver.deliveries;
  assert.equal(delivery?.url, '/hook?room=7');
  assert.equal(delivery?.headers['content-type'], 'application/json');
  assert.deepEqual(delivery?.body, {
    id: `${world.services.database.databaseId}/1`,
    event: 'done',
    time: '2026-11-23T12:00:00.000Z',
    text: `Workflow ${done.workflowId} is DONE: 1 of 2 tasks done.`,
    ...{ workflow_id: done.workflowId, workflow_name: '', status_before: 'RUNNING', status: 'DONE' },
    ...{ workflow_run_id: done.runId, user: 'bee' },
    tasks: { TOTAL: 2, PENDING: 1, SCHEDULED: 0, RUNNING: 0, DONE: 1, FATAL: 0 },
  });
  await until(async () => (await outbox()).length === 0, 'nothing waits');
  await notifier.stop();
  assert.equal(receiver.deliveries.length, 1);
});

test('which end is which: failed, aborted, stopped by its user, halted, mended, set by hand', async (context) => {
  const { world, start } = await open(context);
  const receiver = await listenForWebhooks(context);
  const ends = [
    ...[
      { from: 'R', through: ['E'] },
      { from: 'L', through: ['A'] },
    ],
    ...[
      { from: 'R', through: ['S'] },
      { from: 'R', through: ['C', 'T'] },
    ],
  ] as const;
  for (const { from, through } of ends) {
    const { runId } = await world.run(await world.bind(), { status: from });
    for (const status of through) await world.moveRun(runId, status);
  }
  const byHand = await world.bind();
  for (const status of ['D', 'G']) {
    const update = { workflowId: byHand.workflowId, taskIds: 'all' as const, status, recursive: false };
    await world.services.database.write((unit) => updateTasks(unit, update));
  }
  await world.services.database.write(({ db }) =>
    db.updateTable('task').set({ status: 'D' }).where('workflow_id', '=', byHand.workflowId).execute(),
  );
  await world.services.database.write((unit) => repairWorkflows(unit, { after: 0, size: 100 }));
  await start({ webhook_url: receiver.url, on: 'done, failed stopped' }).stop();
  assert.deepEqual(receiver.deliveries.map(({ body }) => [body.event, body.status_before, body.status]).sort(), [
    ['done', 'FAILED', 'DONE'],
    ['done', 'REGISTERING', 'DONE'],
    ['failed', 'REGISTERING', 'ABORTED'],
    ['failed', 'RUNNING', 'FAILED'],
    ['stopped', 'RUNNING', 'FAILED'],
    ['stopped', 'RUNNING', 'HALTED'],
  ]);
});

test('ends that nobody wants to hear of are forgotten, and all of them when nobody listens', async (context) => {
  const { world, start, outbox } = await open(context);
  const receiver = await listenForWebhooks(context);
  const halt = async () => {
    const { runId } = await world.run(await world.bind());
    for (const status of ['H', 'T'] as const) await world.moveRun(runId, status);
  };
  await halt();
  await start({ webhook_url: receiver.url }).stop();
  assert.deepEqual([await outbox(), receiver.deliveries], [[], []]);
  await halt();
  await start({ on: 'stopped' }).stop();
  assert.deepEqual(await outbox(), []);
});

test('a command gets the data on its input and as variables, and none of it reaches the shell', async (context) => {
  const { world, start, lines } = await open(context);
  const directory = temporaryDirectory(context);
  const [told, bait] = [join(directory, 'told'), join(directory, 'bait')];
  const workflow = await world.run(await world.bind());
  const name = `$(touch ${bait})\`touch ${bait}\`'"; touch ${bait}\nSubject: x\0`;
  await world.services.database.write(({ db }) =>
    db.updateTable('workflow').set({ name }).where('id', '=', workflow.workflowId).execute(),
  );
  await world.moveRun(workflow.runId, 'E');
  const command = `{ echo "$SKEP_NOTIFICATION_EVENT|$SKEP_NOTIFICATION_WORKFLOW_NAME"; cat; } > '${told}'`;
  await start({ command }).stop();
  const [first = '', second = ''] = readFileSync(told, 'utf8').split('\n');
  assert.equal(first, `failed|$(touch ${bait})\`touch ${bait}\`'"; touch ${bait} Subject: x\ufffd`);
  assert.equal(JSON.parse(second).workflow_name, name.replace('\0', '\ufffd')); // No database keeps a NUL.
  assert.ok(!existsSync(bait));
  assert.deepEqual(lines, []);
});

test('while one receiver fails, the status has changed, the other is told once, and a later server tries again', async (context) => {
  const { world, start, outbox, lines } = await open(context);
  const receiver = await listenForWebhooks(context);
  const told = join(temporaryDirectory(context), 'told');
  const settings = { webhook_url: receiver.url, command: `cat >> '${told}'` };
  receiver.answerWith(500);
  const notifier = start(settings);
  const { runId } = await world.run(await world.bind());
  await world.moveRun(runId, 'D');
  assert.equal(await world.runPair(runId), 'D/D');
  await until(async () => (await outbox())[0]?.attempts === 1, 'it was tried');
  const [waiting] = await outbox();
  assert.deepEqual([waiting?.sent_to, waiting?.due], ['["command"]', world.now + 5000]);
  assert.match(lines.join(''), /webhook: http:\/\/127\.0\.0\.1:\d+ answered with status 500.*will be sent again/);
  await notifier.stop();
  receiver.answerWith(204);
  await start(settings).stop();
  assert.equal(receiver.deliveries.length, 1, 'its time has not come');
  world.advance(5);
  await start(settings).stop();
  assert.equal(receiver.deliveries.length, 2);
  assert.equal(receiver.deliveries[0]?.body.id, receiver.deliveries[1]?.body.id);
  assert.equal(readFileSync(told, 'utf8').trim().split('\n').length, 1);
  assert.deepEqual(await outbox(), []);
});

test('a receiver that never takes it is given up with a line in the log; a failing command says why', async (context) => {
  const { world, start, outbox, lines } = await open(context);
  const { runId } = await world.run(await world.bind());
  await world.moveRun(runId, 'E');
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 8; attempt++) {
    await start({ command: 'echo no mail today >&2; exit 3' }).stop();
    const [row] = await outbox();
    if (row === undefined) break;
    waits.push((row.due - world.now) / 1000);
    world.advance((row.due - world.now) / 1000);
  }
  assert.deepEqual(waits, [5, 20, 80, 320, 1280, 3600, 3600]);
  assert.deepEqual(await outbox(), []);
  assert.match(
    lines.at(-1) ?? '',
    /command: the command ended with status 3: no mail today.*given up after 8 attempts/,
  );
});

test('a receiver that does not answer holds the end of a server up for a few seconds only, and counts no attempt', async (context) => {
  const { world, start, outbox } = await open(context);
  const receiver = await listenForWebhooks(context);
  receiver.answerWith(undefined);
  const { runId } = await world.run(await world.bind());
  await world.moveRun(runId, 'E');
  const notifier = start({ webhook_url: receiver.url, command: 'exec sleep 600' });
  await until(() => receiver.deliveries.length === 1, 'it was asked');
  const started = performance.now();
  await notifier.stop();
  assert.ok(performance.now() - started < 30_000);
  assert.deepEqual(
    (await outbox()).map(({ attempts, sent_to }) => [attempts, sent_to]),
    [[0, '[]']],
  );
});

test('a server that does not lead leaves the outbox to the one that does', async (context) => {
  const { world, outbox } = await open(context);
  const { runId } = await world.run(await world.bind());
  await world.moveRun(runId, 'E');
  const following = { ...world.services, leadership: { lead: async () => undefined } };
  await startNotifier(following, { all: [], events: new Set() }).stop();
  assert.equal((await outbox()).length, 1);
});

test('settings that make no sense are refused with their name, and without the secret in an address', () => {
  const { clock, processes } = { clock: {} as never, processes: {} as never };
  const check = (settings: Partial<Config['notify']>) =>
    receiversOf({ webhook_url: '', command: '', on: 'done', ...settings }, { clock, processes });
  for (const webhook_url of ['ftp://secret@host/', 'secret', 'file:///secret']) {
    assert.throws(() => check({ webhook_url }), {
      code: 'config_invalid',
      message: /^notify\.webhook_url must(?!.*secret)/,
    });
  }
  assert.throws(() => check({ on: 'done,dead' }), { code: 'config_invalid', message: /notify\.on names "dead"/ });
  assert.deepEqual(check({}).all, []);
});
