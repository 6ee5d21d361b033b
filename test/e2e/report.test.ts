/** What is told of a workflow as a whole, and of one task. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { assertFit, LOOKS, noBrowser, openBrowser, openTab } from '../web/browser.ts';
import { type Ended, until, Workbench } from './skep.ts';

/** Names and output that would be markup, commands of a terminal, or the end of an attribute. */
const HOSTILE = `
import { Tool } from 'skep';
const tool = new Tool('tool"><i>');
const workflow = tool.createWorkflow({
  name: 'w<script>document.title = "pwned"</script>&"\\'',
  workflowArgs: 'fixed <b onmouseover=alert(1)> \\u0007\\u001b[31mred\\u202e',
  defaultMaxAttempts: 2,
});
const template = (templateName, commandTemplate) => tool.getTaskTemplate({ templateName, commandTemplate, nodeArgs: ['i'] });
const fetch = template('fetch', 'echo {i}');
const align = template('align<img src=x onerror=alert(2)>', 'printf "\\\\033[31mcell {i}: <script>alert(3)</script>\\\\n" >&2; exit 3');
const plot = template('日本語', 'echo {i}');
const sources = [1, 2, 3].map((i) => workflow.addTask(fetch.createTask({ i })));
const cells = Array.from({ length: 30 }, (_, i) => workflow.addTask(align.createTask({ i }, { name: 'a<b>' + i, upstreamTasks: sources })));
workflow.addTask(plot.createTask({ i: 1 }, { upstreamTasks: cells }));
export default workflow;
`;

test('a report of a run that failed stands alone, is safe to open, and is not overwritten', async (context) => {
  const bench = new Workbench(context);
  assert.equal((await bench.run('run', bench.write('w.ts', HOSTILE))).code, 1);
  const path = bench.path('report.html');
  const report = (...words: string[]) => bench.run('workflow', 'report', '-w', '1', ...words);
  assert.match(
    (await report('-o', path)).output,
    /^Report of workflow 1 written to \S+report\.html \(\d+\.?\d* KiB\)\.\n$/,
  );
  const text = readFileSync(path, 'utf8');
  for (const part of [
    '34 tasks',
    '63, 30 of them retries',
    'Same error × 60',
    '30 failed for good',
    '3 of 3',
    '日本語',
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.doesNotMatch(text, /<script|<img|https?:/);

  assertRefused(await report('-o', path), /report\.html exists already; --force replaces it\./);
  assertRefused(await report('-o', bench.path('nowhere/r.html')), /there is no folder \S+nowhere\./);
  assertRefused(
    await bench.run('workflow', 'report', '-w', '9', '-o', bench.path('9.html')),
    /Workflow 9 does not exist\./,
  );
  assert.equal(readFileSync(path, 'utf8'), text);
  assert.equal((await report('-o', path, '--force')).code, 0);
  assert.match((await report('-o', '-')).output, /^<!doctype html>\n[\s\S]*<\/html>\n$/);
  assert.match((await report()).output, / written to workflow-1\.html /);
  const left = readdirSync(bench.directory).filter((name) => name.includes('html'));
  assert.deepEqual(left.sort(), ['report.html', 'workflow-1.html']);
});

test('reports look right at every width and in the dark: done, failed, running, empty', {
  skip: noBrowser,
}, async (context) => {
  const bench = new Workbench(context);
  const gate = bench.path('go');
  const running = `
name: slow
templates:
  quick: {command: 'echo {i}'}
  slow: {command: 'while [ ! -e {file} ]; do sleep 0.05; done'}
tasks:
  - {template: quick, each: {i: [1, 2, 3]}}
  - {template: slow, args: {file: ${gate}}, after: [quick]}
`;
  const serving = bench.start('server', 'start');
  await until(() => serving.output().includes('Data directory'), 'it serves');
  assert.equal((await bench.run('run', bench.write('failed.ts', HOSTILE))).code, 1);
  const run = bench.start('run', bench.write('running.yaml', running));
  await until(() => /done 3/.test(run.errors()), 'three tasks are done');
  await bindEmpty(serving.output());
  const names = ['failed', 'running', 'empty', 'done'];
  for (const [at, name] of names.entries()) {
    if (name === 'done') {
      writeFileSync(gate, '');
      assert.equal((await run.ended).code, 0);
    }
    const id = name === 'done' ? '2' : String(at + 1);
    assert.equal((await bench.run('workflow', 'report', '-w', id, '-o', bench.path(`${name}.html`))).code, 0, name);
  }
  const browser = await openBrowser();
  context.after(() => browser.close());
  for (const name of names) await lookAtPage(browser, name, bench.path(`${name}.html`));
  serving.signal('SIGTERM');
  await serving.ended;
});

test('a task is shown with its reasons, its neighbours and the end of its output', async (context) => {
  const bench = new Workbench(context);
  await bench.run('run', bench.write('w.ts', HOSTILE));
  const { output } = await bench.run('task', 'show', '-t', '4');
  assert.match(output, /^a<b>0 \(task 4 of workflow 1\)\n {2}It failed for good after attempt 2 of 2\.\n/);
  assert.match(output, /\nWaits for +3 tasks, done\n +fetch_i-1 \(task 1\) DONE\n/);
  assert.match(output, /\nUpstream of +1 task\n +\S+ \(task 34\) PENDING\n/);
  assert.match(output, /\nstderr of attempt \d+.*\n {2}│ ·\[31mcell 0: <script>alert\(3\)<\/script>\n/);
  assert.equal(output.includes('\u001b'), false);
  const json = JSON.parse((await bench.run('task', 'show', '-t', '4', '--json')).output);
  assert.deepEqual([json.task.task_id, json.attempts.length, json.upstream.total], [4, 2, 3]);
  assertRefused(await bench.run('task', 'show', '-t', '99'), /Task 99 does not exist/);
});

function assertRefused({ code, errors }: Ended, sentence: RegExp): void {
  assert.notEqual(code, 0);
  assert.match(errors, sentence);
  assert.doesNotMatch(errors, /\n {4}at /);
}

/** A workflow without tasks, as a client leaves it that dies right after it made it known. */
async function bindEmpty(told: string): Promise<void> {
  const [, url = ''] = /Serving at +(\S+)/.exec(told) ?? [];
  const [, tokenFile = ''] = /Token file +(\S+)/.exec(told) ?? [];
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
  };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/api/v3${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.ok, true, await answer.clone().text());
    // biome-ignore lint/suspicious/noExplicitAny: answers of several routes.
    return answer.json() as Promise<any>;
  };
  const { tool } = await post('/tool', { name: 'none' });
  const { tool_version: version } = await post('/tool_version', { tool_id: tool[0] });
  const { dag_id } = await post('/dag', { dag_hash: '1' });
  await post('/workflow', {
    ...{ tool_version_id: version[0], dag_id, workflow_args_hash: '1', task_hash: '1', description: '', name: 'empty' },
    ...{ workflow_args: 'none', max_concurrently_running: 1, workflow_attributes: {} },
  });
}

async function lookAtPage(browser: Browser, name: string, path: string): Promise<void> {
  for (const { name: look, ...options } of LOOKS) {
    const { page, faults, close } = await openTab(browser, options);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => faults.push(dialog.message()));
    await page.goto(pathToFileURL(path).href);
    assert.notEqual(await page.title(), 'pwned');
    await assertFit(page, `report-${name}-${look}`);
    assert.deepEqual(asked, [pathToFileURL(path).href]);
    assert.deepEqual(faults, []);
    await close();
  }
}
