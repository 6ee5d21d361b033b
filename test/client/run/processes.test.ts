/** Runs with everything real: a server over HTTP, a distributor, and the commands of the tasks. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { httpTransport } from '../../../src/api/transport.ts';
import { Tool } from '../../../src/client/tool.ts';
import { loadConfig } from '../../../src/core/config.ts';
import { silentLog } from '../../../src/core/log.ts';
import { systemProcesses } from '../../../src/core/process.ts';
import { startServer } from '../../../src/server/start.ts';

async function open(context: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'skep-test-'));
  const config = loadConfig({ environment: {}, overrides: { server: { data_dir: directory } } });
  const server = await startServer({ config, log: silentLog });
  const transport = httpTransport(server.url);
  context.after(async () => {
    await transport.close();
    await server.close();
    rmSync(directory, { recursive: true });
  });
  const requester = new Requester({ transport, token: server.token });
  const options = { requester, serviceUrl: server.url, tokenFile: server.tokenFile, secondsUntilTimeout: 60 };
  return { directory, options };
}

/** A workflow of two tasks, one after the other; the first has the command `first`. */
function twoSteps(directory: string, first: string) {
  const step = new Tool('processes').getTaskTemplate({
    templateName: 'step',
    commandTemplate: '{command} && echo {n} >> {directory}/steps',
    nodeArgs: ['n'],
    opArgs: ['command', 'directory'],
  });
  const workflow = step.tool.createWorkflow({ workflowArgs: 'two steps', defaultMaxAttempts: 1 });
  const one = workflow.addTask(step.createTask({ n: 1, command: first, directory }));
  workflow.addTask(step.createTask({ n: 2, command: 'true', directory }, { upstreamTasks: [one] }));
  return workflow;
}

test('tasks run in order, a failure is explained, and a resume does the rest', async (context) => {
  const { directory, options } = await open(context);
  const failing = twoSteps(directory, 'sh -c "echo no such sample >&2; exit 4"');
  assert.equal((await failing.run(options)).status, 'E');
  const [errors] = (await failing.getErrors()).values();
  assert.match(errors?.errorLog.at(-1)?.description ?? '', /4/);
  const mended = await twoSteps(directory, 'true').run({ ...options, resume: true });
  assert.equal(mended.status, 'D');
  assert.equal(readFileSync(join(directory, 'steps'), 'utf8'), '1\n2\n');
});

test('stopping a run ends its commands, and it can be resumed at once', async (context) => {
  const { directory, options } = await open(context);
  const stop = new AbortController();
  const running = twoSteps(directory, `sh -c "echo \\$\\$ > ${directory}/pid; exec sleep 600"`).run({
    ...options,
    signal: stop.signal,
    onProgress: ({ counts }) => counts.R === 1 && stop.abort(),
  });
  await assert.rejects(running, { code: 'run_interrupted' });
  let pid: number | undefined;
  try {
    pid = Number(readFileSync(join(directory, 'pid'), 'utf8'));
  } catch (error) {
    // The run was stopped before the command had come so far.
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOENT');
  }
  if (pid) assert.equal(systemProcesses.identify(pid), undefined, 'the command has ended before the distributor');
  const resumed = await twoSteps(directory, 'true').run({ ...options, resume: true, resumeTimeout: 30 });
  assert.equal(resumed.status, 'D');
  assert.equal(readFileSync(join(directory, 'steps'), 'utf8'), '1\n2\n');
});
