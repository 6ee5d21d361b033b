import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPseudoTerminal } from '../support/pseudo-terminal.ts';
import { Workbench } from './skep.ts';
import { assertFits, onTerminal, settled, shows } from './terminals.ts';

const skip = { skip: noPseudoTerminal };

const FAILING = `
name: "a long name of a workflow, 地球物理学🌍, and more of it"
args: fixed
templates:
  work: {command: 'sleep 0.2; echo "a long line that says what went wrong with {n}, at some length" >&2; exit 3'}
tasks:
  - {template: work, each: {n: [1, 2, 3, 4, 5, 6]}}
`;

test('the display of a run, the list of workflows and their errors fit a narrow terminal', skip, async (context) => {
  const bench = new Workbench(context);
  const file = bench.write('w.yaml', FAILING);
  const run = onTerminal(context, bench, { columns: 40, rows: 40 }, 'run', file);
  await shows(run, /done 0 · running [1-6] · queued \d\n/);
  assert.match(run.text, /^a long name of a .*… {2}workflow 1\n[▓▒]+░* 0 of 6 {2}0%\n/);
  assertFits(run, 40);
  run.resize(34, 40);
  assert.equal(await settled(run), 1);
  assert.equal(run.isRestored, true);
  assert.match(run.text, /\n▓+ 0 of 6 {2}0%\ndone 0 · running 0 · queued 0\nwaiting 0 · failed 6\n/);

  for (const columns of [60, 40, 30]) {
    const list = onTerminal(context, bench, { columns, rows: 24 }, 'workflow', 'list');
    assert.equal(await settled(list), 0);
    assert.match(list.text, /^ID {2}NAME .* FAILED(?: |\n)/);
    assert.match(list.text, /\n 1 {2}a long.*… {2}FAILED .* 6/);
    assertFits(list, columns);
    const errors = onTerminal(context, bench, { columns, rows: 24 }, 'workflow', 'errors', '-w', '1');
    assert.equal(await settled(errors), 0);
    assert.match(errors.text, /\n {2}│ .*a long line that .*…\n {2}skep task explain -t \d\n/);
    assert.match(errors.text.replaceAll('\n', ''), / {2}skep task retry -w 1 --error-group [0-9a-f]{16}$/);
    assertFits(errors, columns, /[0-9a-f]+$/);
  }
});
