import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import type { FakeRequest } from '../../support/fake-transport.ts';
import { skep } from '../skep.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-resources-'));
after(() => rmSync(directory, { recursive: true }));

const STATISTICS = {
  ...{ num_tasks: 3, min_mem: '300B', max_mem: '9437184B', mean_mem: '600.5B', median_mem: '600.0B' },
  ...{ min_runtime: 10, max_runtime: 3725, mean_runtime: 20, median_runtime: 20 },
  ...{ ci_mem: [-145.24, 1345.24], ci_runtime: [null, null] },
};

test('resource usage: what is asked, and what it looks like', async () => {
  const answer = () => ({ formatted_stats: STATISTICS });
  const words = ['workflow', 'resources', 'usage', '-t', '7', '-w', '1', '-w', '2', '-a', '{"year": [2020, "x"]}'];
  const { output, requests } = await skep([...words, '--confidence', '0.95'], { answer });
  assert.deepEqual(requests[0]?.body, {
    ...{ task_template_version_id: 7, workflows: [1, 2], node_args: { year: ['2020', 'x'] }, ci: '0.95' },
  });
  assert.equal(
    output,
    [
      '3 attempts of template version 7',
      '             MIN    MEAN  MEDIAN      MAX  95 % CONFIDENCE',
      'memory     300 B   601 B   600 B  9.0 MiB  -145 B … 1345 B',
      'run time  10.0 s  20.0 s  20.0 s  1:02:05            ? … ?',
      '',
    ].join('\n'),
  );
  assert.deepEqual(JSON.parse((await skep([...words, '--json'], { answer })).output), STATISTICS);
});

test('resource usage of nothing is a sentence', async () => {
  const of = (num_tasks: number | null) => () => ({ formatted_stats: { num_tasks } });
  const words = ['workflow', 'resources', 'usage', '-t', '7'];
  assert.match((await skep(words, { answer: of(null) })).output, /^Version 7 has no task, or does not exist\.\n$/);
  assert.match((await skep(words, { answer: of(0) })).output, /^Version 7 has no such attempt that ended\.\n$/);
});

function usedByTemplates({ path }: FakeRequest): unknown {
  if (path === '/v3/get_task_template_version') return { task_template_version_ids: [{ id: 2, name: 'make' }] };
  if (path === '/v3/get_requested_cores') return { core_info: [{ id: 2, min: 1, max: 4, avg: 3 }] };
  if (path === '/v3/get_most_popular_queue') return { queue_info: [{ id: 2, queue: 'null.q', queue_id: 1 }] };
  return { min_mem: 300, mean_mem: 400.9, max_mem: 500, min_runtime: 1, mean_runtime: 5.5, max_runtime: 10 };
}

test('resources as YAML, on stdout and in a file, by the strategies that are named', async () => {
  const words = ['workflow', 'resources', 'yaml', '-w', '1'];
  const { output } = await skep(words, { answer: usedByTemplates });
  assert.equal(
    output,
    'task_template_resources:\n  make:\n    multiprocess:\n      cores: 3\n      memory: "400B"\n      runtime: 10\n      queue: "null.q"\n',
  );
  const file = join(directory, 'r.yaml');
  const strategies = [
    '--mem-strategy',
    'max',
    '--core-strategy',
    'min',
    '--runtime-strategy',
    'min',
    '-c',
    'slurm',
    '-c',
    'b',
  ];
  const written = await skep([...words, ...strategies, '-f', file], { answer: usedByTemplates });
  assert.equal(written.output, `1 template written to ${file}.\n`);
  const resources = { cores: 1, memory: '500B', runtime: 1, queue: 'null.q' };
  assert.deepEqual(parse(readFileSync(file, 'utf8')), {
    task_template_resources: { make: { slurm: resources, b: resources } },
  });
  const both = await skep([...words, '-f', file, '--stdout'], { answer: usedByTemplates });
  assert.equal(both.output, output);
  const json = await skep([...words, '--json'], { answer: usedByTemplates });
  assert.deepEqual(JSON.parse(json.output), parse(output));
});

test('a resource file that cannot be written is named; an unknown workflow too', async () => {
  const words = ['workflow', 'resources', 'yaml', '-w', '1'];
  const file = join(directory, 'missing', 'r.yaml');
  const unwritable = await skep([...words, '-f', file], { answer: usedByTemplates });
  assert.deepEqual([unwritable.code, unwritable.output], [2, '']);
  assert.match(unwritable.errors, /^skep: Cannot write .*missing\/r\.yaml/);
  const unknown = await skep(words, { answer: () => ({ task_template_version_ids: [] }) });
  assert.equal(unknown.code, 1);
  assert.match(unknown.errors, /^skep: Workflow 1 does not exist or has no task\./);
});
