import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readYamlWorkflow } from '../../../../src/client/input/yaml/workflow.ts';

const page = readFileSync(new URL('../../../../docs/workflow-file.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? '');

test('the examples of docs/workflow-file.md are workflows', () => {
  assert.equal(blocks.length, 2);
  const [whole = '', matched = ''] = blocks;
  const workflow = readYamlWorkflow(whole, 'page.yaml', { environment: {} }).workflow;
  workflow.validateGraph();
  assert.deepEqual(
    workflow.tasks.map(({ command }) => command),
    [
      'bwa mem hg38.fa anna.fq > anna.sam',
      'bwa mem hg38.fa ben.fq > ben.sam',
      'bwa mem hg38.fa cleo.fq > cleo.sam',
      'multiqc .',
    ],
  );
  const merged = readYamlWorkflow(matched, 'page.yaml', { environment: {} }).workflow.tasks[4];
  assert.deepEqual(
    [...(merged?.upstreamTasks ?? [])].map(({ command }) => command),
    ['echo align anna 1', 'echo align anna 2'],
  );
});
