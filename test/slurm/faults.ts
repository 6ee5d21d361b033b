/** Slurm's parts fail while a workflow runs. Each test checks what the tasks wrote. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesOf } from '../e2e/processes.ts';
import { until } from '../e2e/skep.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import {
  type ClusterTransport,
  journals,
  livingJobs,
  open,
  type Place,
  skip,
  TRANSPORTS,
  write,
  writeToken,
} from './scene.ts';
import { command, slurm, slurmEnvironment } from './slurm.ts';

test('a submission whose answer is lost is found, and not made again', skip, async (context) => {
  const bench = await open(context);
  const wrapper = bench.write(
    'bin/sbatch',
    `#!/bin/sh
echo call >> ${bench.path('calls')}
if test $(wc -l < ${bench.path('calls')}) -gt 1; then exec /usr/bin/sbatch "$@"; fi
/usr/bin/sbatch "$@" > /dev/null
echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2
exit 1
`,
  );
  chmodSync(wrapper, 0o755);
  bench.environment.PATH = `${bench.path('bin')}:${process.env.PATH}`;
  const { code, errors } = await bench.run('run', write(bench, { command: 'sleep 3; echo start >> $j', tasks: 5 }));
  assert.equal(code, 0, errors);
  assert.ok(journals(bench, 5).every(({ length }) => length === 1));
  assert.equal(readFileSync(bench.path('calls'), 'utf8'), 'call\n');
});

for (const fault of ['kill slurmctld', 'freeze slurmctld', 'kill slurmdbd'] as const) {
  test(`${fault}, and back: the run goes on, and every task is done`, skip, async (context) => {
    const bench = await open(context);
    const text = 'echo start >> $j; sleep 2; test $(wc -l < $j) -gt 1';
    const run = bench.start('run', '--verbose', write(bench, { command: text, tasks: 24, attempts: 4 }));
    await until(() => journals(bench, 24).flat().length >= 8, `eight had started:\n${run.errors()}`);
    const [verb = '', daemon = ''] = fault.split(' ');
    slurm(verb, daemon);
    const isNoticed = () => run.errors().includes('Slurm does not say how its jobs are');
    const goesOn = () => journals(bench, 24).flat().length >= 32;
    await until(daemon === 'slurmdbd' ? goesOn : isNoticed, `the fault was met:\n${run.errors()}`);
    slurm(...(verb === 'kill' ? ['start'] : ['thaw', daemon]));
    const { code, output, errors } = await whileNodesComeBack(run.ended);
    assert.equal(code, 0, errors + output);
    assert.ok(journals(bench, 24).every(({ length }) => length >= 2));
    // A controller that was killed may have missed the end of a job, and call it alive for minutes: the processes tell.
    if (fault === 'kill slurmctld') await until(() => processesOf(bench).length === 0, 'every process had ended');
    else assert.deepEqual(livingJobs(), []);
  });
}

/**
 * A controller that was killed gives numbers out again, and a node on which a job of such a number lives is drained ("Duplicate
 * jobid"): its administrator has to bring it back.
 */
async function whileNodesComeBack<Ended>(ended: Promise<Ended>): Promise<Ended> {
  let isOver = false;
  const over = ended.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const node of drainedNodes()) command('scontrol', 'update', `nodename=${node}`, 'state=resume');
    await Promise.race([over, sleep(1000)]);
  }
  return over;
}

function drainedNodes(): Set<string> {
  const lines = command('sinfo', '-h', '-N', '-o', '%N %T').split('\n');
  return new Set(lines.flatMap((line) => /^(\S+) drain/.exec(line)?.[1] ?? []));
}

for (const transport of TRANSPORTS) {
  test(`${transport}: the way to Slurm is half open, then cut: every attempt is made once`, skip, async (context) => {
    const { proxy, place } = await proxied(context, transport);
    const bench = await open(context, place);
    const text = 'echo start >> $j; sleep 1; test $(wc -l < $j) -gt 1';
    const run = bench.start('run', '--verbose', write(bench, { command: text, tasks: 24, attempts: 2 }));
    await until(() => journals(bench, 24).flat().length >= 8, `eight had started:\n${run.errors()}`);
    proxy.stall();
    await until(() => run.errors().includes('Slurm does not say how its jobs are'), `it was met:\n${run.errors()}`);
    proxy.resume();
    proxy.cut();
    const { code, output, errors } = await run.ended;
    assert.equal(code, 0, errors + output);
    assert.ok(journals(bench, 24).every(({ length }) => length === 2));
    assert.deepEqual(livingJobs(), []);
  });
}

/** A way to Slurm through a proxy: for the commands by a slurm.conf of their own. */
async function proxied(context: TestContext, transport: ClusterTransport): Promise<{ proxy: TcpProxy; place: Place }> {
  const { SLURM_CONF = '', SLURMRESTD_URL = '' } = slurmEnvironment();
  const conf = readFileSync(SLURM_CONF, 'utf8');
  const port = Number(transport === 'rest' ? new URL(SLURMRESTD_URL).port : /^SlurmctldPort=(\d+)/m.exec(conf)?.[1]);
  const proxy = await TcpProxy.start({ host: '127.0.0.1', port });
  context.after(() => proxy.stop());
  if (transport === 'rest') {
    const restUrl = `http://127.0.0.1:${proxy.port}`;
    return { proxy, place: { transport, restUrl, parameters: ['call_timeout=5'] } };
  }
  const directory = mkdtempSync(join(tmpdir(), 'skep-slurm-conf-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'slurm.conf');
  writeFileSync(path, conf.replace(/^SlurmctldPort=.*/m, `SlurmctldPort=${proxy.port}`));
  return { proxy, place: { transport, parameters: [`slurm_conf=${path}`, 'call_timeout=5'] } };
}

test('rest: a submission whose answer is cut off is found, and not made again', skip, async (context) => {
  const { proxy, place } = await proxied(context, 'rest');
  const bench = await open(context, place);
  proxy.loseAnswerTo('POST /slurm/');
  const file = write(bench, { command: 'sleep 3; echo start >> $j', tasks: 5 });
  const { code, errors } = await bench.run('run', '--verbose', file);
  assert.equal(code, 0, errors);
  assert.match(errors, /A submission whose answer was lost was found on the cluster/);
  assert.ok(journals(bench, 5).every(({ length }) => length === 1));
});

for (const fault of ['kill slurmrestd', 'kill slurmdbd', 'a token that is not accepted'] as const) {
  test(`rest: ${fault}, and back: the run goes on, and every task is done once`, skip, async (context) => {
    const bench = await open(context, { transport: 'rest' });
    const token = bench.path('slurm-token');
    const file = write(bench, { command: 'echo start >> $j; sleep 2', tasks: 40 });
    const run = bench.start('run', '--verbose', file);
    await until(() => journals(bench, 40).flat().length >= 8, `eight had started:\n${run.errors()}`);
    const [verb = '', daemon = ''] = fault.split(' ');
    if (verb === 'kill') slurm(verb, daemon);
    else writeFileSync(token, 'e30.e30.e30');
    const isNoticed = () => run.errors().includes('Slurm does not say how its jobs are');
    const goesOn = () => journals(bench, 40).flat().length >= 32;
    await until(daemon === 'slurmdbd' ? goesOn : isNoticed, `the fault was met:\n${run.errors()}`);
    if (verb === 'kill') slurm('start');
    else writeToken(token);
    const { code, output, errors } = await run.ended;
    assert.equal(code, 0, errors + output);
    assert.ok(journals(bench, 40).every(({ length }) => length === 1));
    assert.deepEqual(livingJobs(), []);
    assert.equal(errors.includes(slurm('token').split('.')[0] as string), false, 'no log shows a token');
  });
}
