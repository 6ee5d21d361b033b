import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain, type TaskFacts } from '../../../../src/server/operations/looking/explanation.ts';

/** A task that is about to be queued. */
const READY: TaskFacts = {
  status: 'G',
  attempts: 0,
  maxAttempts: 3,
  newest: undefined,
  workflowId: 7,
  isLive: true,
  unfinished: 0,
  firstUnfinished: undefined,
  firstFailed: undefined,
  workflow: { active: 2, limit: 100 },
  array: { name: 'regrid', active: 1, limit: 10 },
};
const FAILED = {
  status: 'E',
  error: 'The command ended with exit code 3.',
  ranOut: null,
  pendingReason: null,
} as const;

const CASES: readonly [kind: string, facts: Partial<TaskFacts>, ...sentences: RegExp[]][] = [
  ['done', { status: 'D', attempts: 2 }, /^Done, at attempt 2 of 3\.$/],
  ['running', { status: 'R', attempts: 1 }, /attempt 1 of 3 is running/],
  ['failed', { status: 'F', attempts: 3, newest: FAILED }, /for good after attempt 3 of 3/, /exit code 3/],
  [
    'failed',
    { status: 'F', attempts: 3, newest: { ...FAILED, status: 'Z', error: undefined, ranOut: 'memory' } },
    /attempt 3 of 3/,
    /out of memory/,
    /killed for using more/,
  ],
  ['being_submitted', { status: 'Q' }, /being submitted/],
  ['being_submitted', { status: 'I', isLive: false }, /skep workflow resume -w 7/, /being submitted/],
  ['cluster_waits', { status: 'O' }, /has not started it yet/],
  [
    'cluster_waits',
    { status: 'O', newest: { ...FAILED, status: 'O', error: undefined, pendingReason: 'QOSMaxCpuPerUserLimit' } },
    /lets it wait: QOSMaxCpuPerUserLimit\./,
  ],
  [
    'upstream_failed',
    { unfinished: 2, firstUnfinished: 'fetch_1', firstFailed: 'fetch_2', isLive: false },
    /waits for fetch_2, which has failed for good/,
  ],
  ['upstream_unfinished', { unfinished: 1, firstUnfinished: 'fetch_1' }, /waits for fetch_1: that is not done yet/],
  [
    'upstream_unfinished',
    { unfinished: 3, firstUnfinished: 'fetch_1', isLive: false },
    /fetch_1 and 2 more: those are not done yet/,
    /resume -w 7/,
  ],
  ['no_live_run', { isLive: false }, /No run of its workflow lives: skep workflow resume -w 7/],
  ['paused', { workflow: { active: 2, limit: 0 } }, /skep workflow continue -w 7/],
  ['workflow_limit', { workflow: { active: 5, limit: 5 } }, /All 5 places of its workflow are taken/],
  ['array_limit', { array: { name: 'regrid', active: 10, limit: 10 } }, /All 10 places of its template regrid/],
  ['about_to_be_tried_again', { attempts: 1, newest: FAILED }, /tried again: attempt 2 of 3/, /exit code 3/],
  [
    'about_to_be_tried_again',
    { status: 'A', attempts: 1, newest: { ...FAILED, ranOut: 'runtime' } },
    /attempt 2/,
    /out of time/,
    /code 3/,
  ],
  ['about_to_be_queued', {}, /about to be queued/],
];

for (const [kind, facts, ...sentences] of CASES) {
  test(`${kind}: ${JSON.stringify(facts)}`, () => {
    const explanation = explain({ ...READY, ...facts });
    assert.equal(explanation.kind, kind);
    assert.equal(explanation.sentences.length, sentences.length, explanation.sentences.join(' | '));
    for (const [place, pattern] of sentences.entries()) assert.match(explanation.sentences[place] ?? '', pattern);
  });
}
