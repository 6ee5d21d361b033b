import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { type Config, type ConfigOverrides, loadConfig } from '../../../src/core/config.ts';
import { systemProcesses } from '../../../src/core/process.ts';
import { checkStartingRuns, planResume } from '../../../src/server/operations/start-resume.ts';
import { RunStarter } from '../../../src/server/run-starter.ts';
import { World } from '../world.ts';

let world: World;
const directory = mkdtempSync(join(tmpdir(), 'skep-resume-'));
before(async () => {
  world = await World.open();
});
after(async () => {
  await world.close();
  rmSync(directory, { recursive: true, force: true });
});

function configWith(overrides: ConfigOverrides = {}): Config {
  const server = { data_dir: directory, ...overrides.server };
  return loadConfig({ environment: {}, overrides: { ...overrides, server } });
}

/** Starts a shell with what it is given as its script, in place of the command line of Skep. */
function starter(script: string, user = 'bee'): RunStarter {
  const commandLine = { program: '/bin/sh', arguments: ['-c', script, 'sh'], environment: process.env, user };
  return new RunStarter({ config: configWith(), clock: systemClock, processes: systemProcesses, commandLine });
}

describe('whether a run may be started', () => {
  const refusal = async (workflowId: number, config: Config, runs: RunStarter | undefined) =>
    (await world.services.database.read((unit) => planResume(unit, workflowId, { config, runs }))).refusal;

  test('depends on the workflow and its last run', async () => {
    const runs = starter('true');
    const config = configWith();
    await assert.rejects(refusal(999_999, config, runs), /Workflow 999999 does not exist/);
    const bound = await world.bind();
    assert.match((await refusal(bound.workflowId, config, runs)) ?? '', /was never run/);
    const { runId } = await world.run(bound);
    assert.match((await refusal(bound.workflowId, config, runs)) ?? '', new RegExp(`^Run ${runId} of workflow`));
    await world.moveRun(runId, 'E');
    assert.equal(await refusal(bound.workflowId, config, runs), undefined);
    assert.match((await refusal(bound.workflowId, config, starter('true', 'wasp'))) ?? '', /was that of bee/);
  });

  test('depends on the server: one of several people starts none by itself', async () => {
    const bound = await world.bind();
    const { runId } = await world.run(bound);
    await world.moveRun(runId, 'E');
    const runs = starter('true');
    const given = (overrides: ConfigOverrides) => refusal(bound.workflowId, configWith(overrides), runs);
    assert.match((await refusal(bound.workflowId, configWith(), undefined)) ?? '', /does not know the command line/);
    assert.match((await given({ server: { may_start_runs: 'false' } })) ?? '', /may_start_runs is false/);
    assert.match((await given({ server: { host: '0.0.0.0' } })) ?? '', /several people/);
    assert.match((await given({ auth: { mode: 'none' } })) ?? '', /several people/);
    assert.match((await given({ database: { url: 'postgres://localhost/x' } })) ?? '', /several people/);
    assert.equal(await given({ server: { host: '0.0.0.0', may_start_runs: 'true' } }), undefined);
    assert.throws(() => checkStartingRuns(configWith({ server: { may_start_runs: 'perhaps' } })), /"perhaps"/);
  });

  test('its command names the data directory and the cluster', async () => {
    const { workflowId } = await world.bind();
    const config = configWith();
    const { command } = await world.services.database.read((unit) =>
      planResume(unit, workflowId, { config, runs: undefined }),
    );
    assert.match(command, new RegExp(`^skep --data-dir ${directory} workflow resume -w ${workflowId} -c \\w+$`));
  });
});

describe('a run that is started', () => {
  test('goes on by itself, writes into a file of the data directory, and is the only one', async () => {
    const runs = starter(`echo "$@"; while [ ! -e ${directory}/end ]; do sleep 0.05; done`);
    const started = runs.start(7, ['workflow', 'resume', '-w', '7']);
    assert.match(runs.busyWith(7) ?? '', /has started for workflow 7 has not ended/);
    await assert.rejects(runs.start(7, []), { code: 'run_not_started' });
    const { pid, output } = await started;
    assert.ok(systemProcesses.identify(pid) !== undefined);
    assert.equal(readFileSync(output, 'utf8'), `--data-dir ${directory} workflow resume -w 7\n`);
    assert.equal(runs.busyWith(8), undefined);
    process.kill(-pid, 'SIGKILL');
    while (runs.busyWith(7) !== undefined) await systemClock.sleep(10);
    assert.ok(existsSync(output));
  });

  test('that cannot begin says why', async () => {
    const words = { code: 'run_not_started', message: /ended at once: no such cluster$/ };
    await assert.rejects(starter('echo no such cluster >&2; exit 2').start(1, []), words);
    const commandLine = { program: '/nowhere', arguments: [], environment: {}, user: 'bee' };
    const runs = new RunStarter({
      ...{ config: configWith(), clock: systemClock, processes: systemProcesses, commandLine },
    });
    await assert.rejects(runs.start(1, []), { code: 'run_not_started', message: /cannot be started/ });
    assert.equal(runs.busyWith(1), undefined);
  });
});
