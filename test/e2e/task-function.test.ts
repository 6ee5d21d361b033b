/** A workflow whose tasks are calls of a TypeScript function, run by the real command line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Workbench } from './skep.ts';

const STEPS = `
import { writeFileSync } from 'node:fs';

interface Values { n: number; text: string; parts: string[]; label?: string | null; day: Date; into: string }

export async function record({ n, text, parts, label = 'the default', day, into }: Values): Promise<void> {
  if (n < 0) throw new RangeError(\`no \${text} below 0\`);
  writeFileSync(\`\${into}/\${n}.json\`, JSON.stringify({ n, text, parts, label, day: day.toISOString() }));
}

export const dateText = {
  toText: (date: Date) => date.toISOString(),
  fromText: (text: string) => new Date(text),
};
`;

const WORKFLOW = `
import { listOf, optional, Tool } from 'skep';
import { dateText, record } from './steps.ts';

const tool = new Tool('recorder');
const records = tool.taskFunction({
  module: new URL('./steps.ts', import.meta.url).href,
  function: record,
  serializers: { dateText },
  arguments: { n: 'int', text: 'str', parts: listOf('str'), label: optional('str'), day: 'dateText', into: 'str' },
  maxAttempts: 1,
});

export default ({ args }: { args?: string }) => {
  const workflow = tool.createWorkflow({ workflowArgs: args });
  const { text, parts, n, into } = JSON.parse(args ?? '');
  const day = new Date('2026-11-25T12:00:00Z');
  workflow.addTasks(records.createTasks({ n, text, parts: [parts], day, into }));
  return workflow;
};
`;

const TEXT = `it's "so": a=b=c {x}\n$HOME \`id\` \\ ünïcödé 蜜蜂 🐝`;
const PARTS = ['', 'a,b', "'", '"', ' ', '[x]', TEXT];

test('every value arrives as it was', async (context) => {
  const bench = new Workbench(context);
  bench.write('project/steps.ts', STEPS);
  const file = bench.write('project/workflow.ts', WORKFLOW);
  const args = JSON.stringify({ text: TEXT, parts: PARTS, n: [0, 1], into: bench.directory });
  const { code, errors, output } = await bench.run('run', file, '--args', args);
  assert.equal(code, 0, `${output}${errors}`);
  for (const n of [0, 1]) {
    assert.deepEqual(JSON.parse(readFileSync(bench.path(`${n}.json`), 'utf8')), {
      n,
      text: TEXT,
      parts: PARTS,
      label: 'the default',
      day: '2026-11-25T12:00:00.000Z',
    });
  }
});

test('a function that throws fails its task, with what it threw', async (context) => {
  const bench = new Workbench(context);
  bench.write('project/steps.ts', STEPS);
  const file = bench.write('project/workflow.ts', WORKFLOW);
  const args = JSON.stringify({ text: 'bees', parts: [], n: -1, into: bench.directory });
  const { code, errors, output } = await bench.run('run', file, '--args', args);
  assert.equal(code, 1, `${output}${errors}`);
  assert.match(`${output}${errors}`, /RangeError: no bees below 0/);
});
