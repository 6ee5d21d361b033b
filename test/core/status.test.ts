import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALIVE_WORKFLOW_RUN_STATUSES,
  allows,
  labelOf,
  STOPPABLE_WORKFLOW_RUN_STATUSES,
  sourcesOf,
  TASK_INSTANCE_ENDED,
  TASK_INSTANCE_STATUSES,
  TASK_INSTANCE_TRANSITIONS,
  TASK_INSTANCE_UNTIMELY,
  TASK_STATUSES,
  TASK_TRANSITIONS,
  WORKFLOW_RUN_STATUSES,
  WORKFLOW_RUN_TRANSITIONS,
  WORKFLOW_RUN_UNTIMELY,
  WORKFLOW_STATUS_OF_RUN,
  WORKFLOW_STATUSES,
  WORKFLOW_TRANSITIONS,
} from '../../src/core/status.ts';

const MACHINES = [
  { name: 'workflow', statuses: WORKFLOW_STATUSES, tables: [WORKFLOW_TRANSITIONS] },
  { name: 'workflow run', statuses: WORKFLOW_RUN_STATUSES, tables: [WORKFLOW_RUN_TRANSITIONS, WORKFLOW_RUN_UNTIMELY] },
  { name: 'task', statuses: TASK_STATUSES, tables: [TASK_TRANSITIONS] },
  {
    name: 'task instance',
    statuses: TASK_INSTANCE_STATUSES,
    tables: [TASK_INSTANCE_TRANSITIONS, TASK_INSTANCE_UNTIMELY],
  },
];

for (const { name, statuses, tables } of MACHINES) {
  test(`every move of a ${name} is between statuses that exist, and no move is both legal and untimely`, () => {
    const letters = Object.keys(statuses);
    const seen = new Set<string>();
    for (const table of tables) {
      for (const [from, targets] of Object.entries(table)) {
        assert.ok(letters.includes(from), from);
        for (const to of targets) {
          assert.ok(letters.includes(to), to);
          assert.ok(!seen.has(from + to), `${from}→${to} twice`);
          seen.add(from + to);
        }
      }
    }
  });
}

test('no attempt moves on after it has ended', () => {
  for (const letter of TASK_INSTANCE_ENDED) assert.equal(TASK_INSTANCE_TRANSITIONS[letter], undefined, letter);
});

test('every run that owns its workflow can be stopped or has been told to', () => {
  const others = ALIVE_WORKFLOW_RUN_STATUSES.filter((letter) => !STOPPABLE_WORKFLOW_RUN_STATUSES.includes(letter));
  assert.deepEqual(others, ['L', 'C', 'H']);
});

test('wherever a run may go, its workflow may follow', () => {
  for (const [from, targets] of Object.entries(WORKFLOW_RUN_TRANSITIONS)) {
    const workflowBefore = WORKFLOW_STATUS_OF_RUN[from as keyof typeof WORKFLOW_STATUS_OF_RUN];
    for (const to of targets) {
      const workflowAfter = WORKFLOW_STATUS_OF_RUN[to];
      if (workflowBefore === undefined || workflowAfter === undefined) continue;
      assert.ok(
        allows(WORKFLOW_TRANSITIONS, workflowBefore, workflowAfter),
        `${from}→${to}: ${workflowBefore}→${workflowAfter}`,
      );
    }
  }
});

test('sources of a move, and labels', () => {
  assert.deepEqual(sourcesOf(TASK_TRANSITIONS, 'Q').sort(), ['A', 'E', 'G']);
  assert.equal(labelOf(TASK_STATUSES, 'D'), 'DONE');
  assert.equal(labelOf(TASK_STATUSES, '?'), '?');
});
