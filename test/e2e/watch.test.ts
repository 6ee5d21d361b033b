import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { noPseudoTerminal } from '../support/pseudo-terminal.ts';
import { until as untilSo, Workbench } from './skep.ts';
import { assertFits, onTerminal, settled, shows, until } from './terminals.ts';

const skip = { skip: noPseudoTerminal };

const ESCAPE = '\u001b';
/** What the display itself sends: weights and colours, places, erasing, and the modes of its screen. */
const OWN = new RegExp(`${ESCAPE}\\[(?:\\d+m|\\d+;1H|2[JK]|\\?(?:1049|25|7|2026)[hl])`, 'g');

/** Two templates that are done at once, one whose tasks wait for a file, and one that waits for it. */
const gated = (bench: Workbench, name = 'climate') => `
name: ${name}
args: fixed
templates:
  fetch: {command: 'echo {n}'}
  regrid: {command: 'while [ ! -e ${bench.path('go')} ]; do sleep 0.05; done; echo {n}'}
  plot: {command: 'echo {n}'}
tasks:
  - {template: fetch, args: {n: 1}}
  - {template: fetch, args: {n: 2}}
  - {template: regrid, args: {n: 1}, after: [fetch]}
  - {template: regrid, args: {n: 2}, after: [fetch]}
  - {template: plot, args: {n: 1}, after: [regrid]}
`;

const HALF = /done 2 · running 2/;

test(
  'a run is watched, its terminal gets another size, and its viewer leaves while it goes on',
  skip,
  async (context) => {
    const bench = new Workbench(context);
    const run = bench.start('run', bench.write('w.yaml', gated(bench)));
    await untilSo(() => run.errors().includes('running 2'), `two tasks ran:\n${run.errors()}`);
    const watch = onTerminal(context, bench, { columns: 120, rows: 40 }, 'workflow', 'watch', '-w', '1');
    await shows(watch, HALF);
    assert.equal(watch.isAlternate, true);
    assert.match(watch.text, /^climate {2}workflow 1 · running\n█{20}▒{20}░{10} 2 of 5 {2}40%\n/);
    assert.match(watch.text, /\nTEMPLATE +DONE +ACTIVE +RUN TIME\nfetch +█{50} +2\/2 +0 /);
    assert.match(watch.text, /\nregrid +▒{50} +0\/2 +2 +–\nplot +░{50} +0\/1 +0 +–\n/);
    assert.match(watch.lines[39] ?? '', /^q quit {3}f failures {3}\? keys {3}↑↓ scroll {3}p pause$/);
    assertFits(watch, 120);

    watch.resize(40, 12);
    await shows(watch, /^climate [\s\S]*\nplot .*\n+q quit/);
    assert.match(watch.text, /^climate {2}workflow 1 · running\n\S+ 2 of 5 {2}40%\ndone 2 · running 2 · scheduled 0\n/);
    assert.match(watch.text, /\nregrid +▒+ +0\/2 +2\b/);
    assertFits(watch, 40);

    watch.type('?');
    await shows(watch, /^Keys\n/);
    watch.type('f');
    await shows(watch, /^No task has failed for good\./);
    watch.type('\u001b');
    await shows(watch, HALF);
    watch.type('q');
    assert.equal(await settled(watch), 1);
    assert.equal(watch.isRestored, true);
    assert.match(
      watch.text,
      /\nregrid +▒+ +0\/2 +2\b[\s\S]*\nThe run goes on\. To see it:\n {2}skep workflow watch -w 1$/,
    );

    bench.write('go', '');
    assert.equal((await run.ended).code, 0);
  },
);

test(
  'a run that fails ends the watching, with its newest failures and without their escapes',
  skip,
  async (context) => {
    const bench = new Workbench(context);
    const text = `
name: "地球物理学🌍 \\e[2J\\nname \\u202egnp.exe עברית"
args: fixed
templates:
  work: {command: 'sleep 1; printf "cell is \\033[31mbroken\\033[0m\\n\\033[2J" >&2; exit 3 # {n}', max_attempts: 2}
  plot: {command: 'echo {n}'}
tasks:
  - {template: work, args: {n: "地球\\e[31m\\u202e עברית"}}
  - {template: work, args: {n: 2}}
  - {template: plot, args: {n: 1}, after: [work]}
`;
    const run = bench.start('run', bench.write('w.yaml', text));
    await untilSo(() => run.errors().includes('0/3'), `it was bound:\n${run.errors()}`);
    for (const columns of [80, 40, 30]) {
      const watch = onTerminal(context, bench, { columns, rows: 30 }, 'workflow', 'watch', '-w', '1');
      assert.equal(await settled(watch), 1);
      assert.equal(watch.isRestored, true);
      assert.match(watch.text, /Newest failures\n/);
      assert.match(watch.text, /0\/2 +2/);
      assertFits(watch, columns);
      assert.equal(watch.written.replace(OWN, '').includes(ESCAPE), false);
      if (columns === 80) assert.match(watch.text, /\(task 2\): cell is broken/);
    }
    assert.equal((await run.ended).code, 1);
  },
);

test('a run is paused and continued by keys, and watched to its end', skip, async (context) => {
  const bench = new Workbench(context);
  const run = bench.start('run', bench.write('w.yaml', gated(bench)));
  await untilSo(() => run.errors().includes('running 2'), `two tasks ran:\n${run.errors()}`);
  const watch = onTerminal(context, bench, { columns: 80, rows: 24 }, 'workflow', 'watch', '-w', '1');
  await shows(watch, HALF);
  watch.type('pn');
  watch.type('p');
  await shows(watch, /\nPause it\? \[y\/N\]/);
  watch.type('y');
  await shows(watch, /workflow 1 · paused\n[\s\S]*It is paused: no further task starts/);
  bench.write('go', '');
  await shows(watch, /done 4 · running 0 · scheduled 0 · waiting 1/);
  watch.type('p');
  await shows(watch, /\nContinue it\?/);
  watch.type('y');
  assert.equal(await settled(watch), 0);
  assert.match(watch.text, /workflow 1 · done\n█{50} 5 of 5 {2}100%\n/);
  assert.equal(watch.isRestored, true);
  assert.equal((await run.ended).code, 0);
});

test('Ctrl-C and signals give the terminal back, and the run goes on', skip, async (context) => {
  const bench = new Workbench(context);
  const run = bench.start('run', bench.write('w.yaml', gated(bench)));
  await untilSo(() => run.errors().includes('running 2'), `two tasks ran:\n${run.errors()}`);
  const ways: [code: number, leave: (watch: ReturnType<typeof onTerminal>) => void][] = [
    [130, (watch) => watch.type('\u0003')],
    [143, ({ pid }) => process.kill(pid, 'SIGTERM')],
    [129, ({ pid }) => process.kill(pid, 'SIGHUP')],
  ];
  for (const [code, leave] of ways) {
    const watch = onTerminal(context, bench, { columns: 80, rows: 24 }, 'workflow', 'watch', '-w', '1');
    await shows(watch, HALF);
    leave(watch);
    assert.equal(await settled(watch), code);
    assert.equal(watch.isRestored, true, `after ${code}`);
  }
  bench.write('go', '');
  assert.equal((await run.ended).code, 0);
});

test('a server that is started again is waited for', skip, async (context) => {
  const bench = new Workbench(context);
  const port = await freePort();
  const serve = async () => {
    const server = bench.start('server', 'start', '--port', String(port));
    await untilSo(() => server.output().includes('Serving at'), `the server was there:\n${server.errors()}`);
    return server;
  };
  const first = await serve();
  const run = bench.start('run', bench.write('w.yaml', gated(bench)));
  await untilSo(() => run.errors().includes('running 2'), `two tasks ran:\n${run.errors()}`);
  const watch = onTerminal(context, bench, { columns: 80, rows: 24 }, 'workflow', 'watch', '-w', '1');
  const lines = bench.start('workflow', 'watch', '-w', '1', '--json');
  await shows(watch, HALF);
  await untilSo(() => lines.output() !== '', 'there was a line');
  first.signal('SIGTERM');
  await first.ended;
  await shows(watch, /\nThe server is away: waiting for it\./);
  await untilSo(() => lines.errors() !== '', 'the lines say it too');
  const second = await serve();
  await until(watch, () => !watch.text.includes('is away'), 'it is there again');
  bench.write('go', '');
  assert.equal((await run.ended).code, 0);
  assert.equal(await settled(watch), 0);
  const { code, output, errors } = await lines.ended;
  assert.deepEqual([code, errors.match(/The server is away/g)?.length], [0, 1]);
  assert.equal(JSON.parse(output.trim().split('\n').at(-1) ?? '').tasks.DONE, 5);
  second.signal('SIGTERM');
  await second.ended;
});

test('without UTF-8 and without colours everything is told apart in ASCII', skip, async (context) => {
  const bench = new Workbench(context);
  const run = bench.start('run', bench.write('w.yaml', gated(bench, '"地球"')));
  await untilSo(() => run.errors().includes('running 2'), `two tasks ran:\n${run.errors()}`);
  const plain = { columns: 60, rows: 20, environment: { LANG: 'C' } };
  const watch = onTerminal(context, bench, plain, 'workflow', 'watch', '-w', '1');
  await shows(watch, /done 2 - running 2/);
  assert.match(watch.text, /^\?\?\?\? {2}workflow 1 - running\n#+>+\.+ 2 of 5 {2}40%\n/);
  watch.type('q');
  await settled(watch);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is looked for.
  assert.doesNotMatch(watch.written, /[^\u0000-\u007f]|\u001b\[3\dm/);
  bench.write('go', '');
  assert.equal((await run.ended).code, 0);
});

test('a workflow that does not exist is one sentence, and leaves the terminal alone', skip, async (context) => {
  const bench = new Workbench(context);
  const watch = onTerminal(context, bench, { columns: 80, rows: 24 }, 'workflow', 'watch', '-w', '9');
  assert.equal(await settled(watch), 1);
  assert.match(watch.text, /^skep: Workflow 9 does not exist\.\nhint: /);
  assert.equal(watch.isRestored, true);
  assert.equal(watch.written.includes('?1049h'), false);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
