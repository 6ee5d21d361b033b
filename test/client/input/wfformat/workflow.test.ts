import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readWfFormatWorkflow } from '../../../../src/client/input/wfformat/workflow.ts';

const fixture = new URL('../../../fixtures/wfformat/diamond.json', import.meta.url);
let workDirectory = '';
beforeEach(() => {
  workDirectory = mkdtempSync(join(tmpdir(), "skep wf's-"));
});
afterEach(() => rmSync(workDirectory, { recursive: true }));

const read = (timeScale = 0) =>
  readWfFormatWorkflow(readFileSync(fixture, 'utf8'), 'diamond.json', {
    workDirectory,
    timeScale,
    environment: process.env,
  });

test('one task each, templates by name without the number, dependencies as recorded', () => {
  const { workflow } = read();
  workflow.validateGraph();
  assert.deepEqual(
    [...workflow.arrays].map(([name, { tasks }]) => [name, tasks.length]),
    [
      ['split', 1],
      ['cut', 2],
      ['paste', 1],
      ['real', 1],
    ],
  );
  const upstream = workflow.tasks.map((task) => [...task.upstreamTasks].map(({ name }) => name));
  assert.deepEqual(upstream, [
    [],
    ['split_ID0000001'],
    ['split_ID0000001'],
    ['cut_ID0000002', 'cut_ID0000003'],
    ['paste_ID0000004'],
  ]);
});

test('the memory of the trace is kept beside the task and not asked for', () => {
  const [split] = read().workflow.tasks;
  assert.deepEqual(split?.attributes, { runtimeInSeconds: '2.5', memoryInBytes: '99999999999999' });
  assert.deepEqual(split?.template.defaultComputeResources('multiprocess'), { cores: 1 });
});

test('nothing is written before it is prepared', () => {
  read();
  assert.deepEqual(readdirSync(workDirectory), []);
});

test('the commands, run one after the other, replay the workflow: real programs are really run', async () => {
  const { workflow, prepare } = read();
  await prepare();
  assert.equal(statSync(join(workDirectory, 'data/in put.txt')).size, 1024, 'shrunk and capped');
  for (const { command } of workflow.tasks) execFileSync('/bin/sh', ['-c', command]);
  assert.equal(statSync(join(workDirectory, 'a1/half.2')).size, 100);
  assert.equal(statSync(join(workDirectory, 'cut.2')).size, 0, 'a file of unknown size');
  assert.equal(statSync(join(workDirectory, 'copy.txt')).size, 200, 'cp was run');
  const attempts = readFileSync(join(workDirectory, 'attempts.log'), 'utf8').split('\n');
  assert.deepEqual(attempts, [...workflow.tasks.map(({ name }) => name), '']);
});

test('a task that starts too early fails, and is counted', async () => {
  const { workflow, prepare } = read();
  await prepare();
  const paste = workflow.tasks[3]?.command ?? '';
  assert.throws(() => execFileSync('/bin/sh', ['-c', paste], { stdio: 'pipe' }), /input file cut\.1 is missing/);
  assert.equal(existsSync(join(workDirectory, "whole's.txt")), false);
  assert.equal(readFileSync(join(workDirectory, 'attempts.log'), 'utf8'), 'paste_ID0000004\n');
});

test('run times are scaled', async () => {
  const { prepare } = read(0.5);
  await prepare();
  assert.match(readFileSync(join(workDirectory, '.skep/0.task'), 'utf8'), /^sleep 1\.250\n/);
});

test('identity: the same file and place are the same workflow, another place is another', () => {
  assert.equal(read(0).workflow.workflowArgs, read(1).workflow.workflowArgs);
  const first = read().workflow.workflowArgs;
  const text = readFileSync(fixture, 'utf8');
  const elsewhere = { workDirectory: join(workDirectory, 'other'), environment: process.env };
  assert.notEqual(readWfFormatWorkflow(text, 'diamond.json', elsewhere).workflow.workflowArgs, first);
});

const shared = new URL('../../../../../shared/data/wfformat/', import.meta.url);
test('real traces have the tasks, edges and depth that are known of them', {
  skip: !existsSync(shared) && 'no shared data',
}, () => {
  const known: Record<string, [tasks: number, edges: number]> = {
    'bacass-dirt02-001.json': [11, 14],
    'airrflow-dirt02-001.json': [212, 327],
    '1000genome-chameleon-22ch-250k-001.json': [902, 1166],
    'montage-chameleon-dss-15d-001.json': [2122, 6114],
  };
  for (const [file, expected] of Object.entries(known)) {
    const text = readFileSync(new URL(file, shared), 'utf8');
    const { workflow } = readWfFormatWorkflow(text, file, { workDirectory, environment: process.env });
    workflow.validateGraph();
    const edges = workflow.tasks.reduce((sum, task) => sum + [...task.upstreamTasks].length, 0);
    assert.deepEqual([workflow.tasks.length, edges], expected, file);
  }
});
