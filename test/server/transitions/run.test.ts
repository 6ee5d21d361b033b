import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALIVE_WORKFLOW_RUN_STATUSES,
  allows,
  WORKFLOW_RUN_STATUSES,
  WORKFLOW_RUN_TRANSITIONS,
  WORKFLOW_RUN_UNTIMELY,
  WORKFLOW_STATUS_OF_RUN,
  WORKFLOW_STATUSES,
  WORKFLOW_TRANSITIONS,
  type WorkflowRunStatus,
  type WorkflowStatus,
} from '../../../src/core/status.ts';
import { decideRun, isLinkable } from '../../../src/server/transitions/run.ts';

const RUN_LETTERS = Object.keys(WORKFLOW_RUN_STATUSES) as WorkflowRunStatus[];
const WORKFLOW_LETTERS = Object.keys(WORKFLOW_STATUSES) as WorkflowStatus[];

test('every decision follows the tables, for all pairs and all statuses of the workflow', () => {
  for (const from of RUN_LETTERS) {
    for (const to of RUN_LETTERS) {
      for (const workflow of WORKFLOW_LETTERS) {
        const decision = decideRun(from, workflow, to);
        const pair = `${from}→${to} with workflow ${workflow}`;
        if (allows(WORKFLOW_RUN_UNTIMELY, from, to)) assert.equal(decision.outcome, 'repeated', pair);
        else if (!allows(WORKFLOW_RUN_TRANSITIONS, from, to)) assert.equal(decision.outcome, 'refused', pair);
        else if (decision.outcome === 'moved') {
          assert.equal(decision.run, to, pair);
          if (decision.workflow !== undefined) {
            assert.equal(decision.workflow, WORKFLOW_STATUS_OF_RUN[to], pair);
            assert.ok(allows(WORKFLOW_TRANSITIONS, workflow, decision.workflow), pair);
          }
        } else assert.equal(decision.outcome, 'refused', pair);
      }
    }
  }
});

test('a workflow that cannot follow keeps its run from moving on', () => {
  assert.equal(decideRun('B', 'F', 'I').outcome, 'refused');
  assert.equal(decideRun('O', 'H', 'R').outcome, 'refused');
});

test('a live run can always end, whatever status a user gave the workflow', () => {
  for (const from of ALIVE_WORKFLOW_RUN_STATUSES) {
    const end = from === 'L' ? 'A' : from === 'C' || from === 'H' ? 'T' : 'E';
    for (const workflow of WORKFLOW_LETTERS) {
      if (from === 'L' && ['Q', 'I', 'O', 'R'].includes(workflow)) continue; // A linking run holds its workflow in G.
      assert.equal(decideRun(from, workflow, end).outcome, 'moved', `${from}→${end} with workflow ${workflow}`);
    }
  }
});

test('a run that was told to stop may still report that every task is done', () => {
  for (const from of ['C', 'H'] as const) {
    assert.deepEqual(decideRun(from, 'R', 'D'), { outcome: 'moved', run: 'D', workflow: 'D' });
  }
});

test('letters that nobody knows are refused', () => {
  for (const letter of ['', 'z', 'constructor', 'RUNNING'])
    assert.equal(decideRun('R', 'R', letter).outcome, 'refused');
});

test('a workflow that is done or driven by a run cannot be linked', () => {
  assert.deepEqual(WORKFLOW_LETTERS.filter(isLinkable).sort(), ['A', 'F', 'G', 'H', 'I', 'O', 'Q']);
});
