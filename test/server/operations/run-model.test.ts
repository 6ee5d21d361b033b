/** Random histories of a workflow and its runs: two clients, orders to stop, silence, repeated and late requests. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { isSkepError } from '../../../src/core/errors.ts';
import {
  ALIVE_WORKFLOW_RUN_STATUSES,
  TERMINATING_STATUSES,
  WORKFLOW_RUN_STATUSES,
  WORKFLOW_RUN_TRANSITIONS,
  WORKFLOW_STATUS_OF_RUN,
  WORKFLOW_TRANSITIONS,
  type WorkflowRunStatus,
  type WorkflowStatus,
} from '../../../src/core/status.ts';
import { reapRuns } from '../../../src/server/operations/reap.ts';
import { type BoundWorkflow, World } from '../world.ts';

type Step =
  | { readonly kind: 'link'; readonly client: string }
  | { readonly kind: 'move' | 'beat'; readonly run: number; readonly status: WorkflowRunStatus }
  /** The newest run goes on in the ordinary way. */
  | { readonly kind: 'advance'; readonly end: WorkflowRunStatus }
  | { readonly kind: 'resume'; readonly cold: boolean }
  | { readonly kind: 'cleanup' | 'reset' | 'reap' | 'terminate' }
  | { readonly kind: 'wait'; readonly seconds: number };

const run = fc.nat({ max: 5 });
const status = fc.constantFrom(...(Object.keys(WORKFLOW_RUN_STATUSES) as WorkflowRunStatus[]));
const end = fc.constantFrom<WorkflowRunStatus>('D', 'S', 'E');
/** The way of most runs, without which histories get nowhere. */
const ONWARD: Readonly<Partial<Record<WorkflowRunStatus, WorkflowRunStatus>>> = { L: 'B', B: 'I', I: 'O', O: 'R' };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('link' as const), client: fc.constantFrom('a/1@1', 'b/2@2') }),
  },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('advance' as const), end }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('move' as const, 'beat' as const), run, status }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume' as const), cold: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'cleanup' as const }, { kind: 'reset' as const }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'reap' as const }, { kind: 'terminate' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 60, 200) }) },
);

interface Snapshot {
  readonly workflow: WorkflowStatus;
  readonly runs: readonly { readonly id: number; readonly status: WorkflowRunStatus; readonly revision: number }[];
}

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

test('whatever clients and servers do to the runs of a workflow, the invariants hold', async () => {
  const reached = new Set<WorkflowRunStatus>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40 }), async (steps) => {
      const workflow = await world.bind({ tasks: 2 });
      let now = await snapshot(workflow);
      for (const current of steps) {
        await apply(workflow, now, current);
        const next = await snapshot(workflow);
        check(now, next, current);
        if (current.kind !== 'wait') {
          await apply(workflow, now, current);
          const again = await snapshot(workflow);
          assert.deepEqual(again, next, `a repeated request changed something: ${JSON.stringify(current)}`);
        }
        now = next;
        for (const { status: letter } of now.runs) reached.add(letter);
      }
    }),
    { numRuns: 150 },
  );
  assert.deepEqual([...reached].sort(), ['A', 'B', 'C', 'D', 'E', 'H', 'I', 'L', 'O', 'R', 'S', 'T']);
});

async function apply({ workflowId }: BoundWorkflow, { runs }: Snapshot, current: Step): Promise<void> {
  const params = { workflow_id: workflowId };
  const { id = 0 } = ('run' in current ? runs[current.run] : runs.at(-1)) ?? {};
  switch (current.kind) {
    case 'link':
      await world.link(workflowId, current.client);
      return;
    case 'move':
      if (id > 0) await world.moveRun(id, current.status);
      return;
    case 'advance': {
      const newest = runs.at(-1)?.status;
      const isAborted = newest === 'L' && current.end === 'E'; // Some runs end before they began.
      if (newest !== undefined) await world.moveRun(id, isAborted ? 'A' : (ONWARD[newest] ?? current.end));
      return;
    }
    case 'beat':
      if (id > 0) await world.call('logWorkflowRunHeartbeat', { workflow_run_id: id }, beatOf(current.status));
      return;
    case 'resume':
      await world.call('setResume', params, { reset_running_jobs: current.cold });
      return;
    case 'cleanup':
      await world.call('forceCleanup', params, {});
      return;
    case 'terminate':
      if (id > 0) await world.call('terminateTaskInstances', { workflow_run_id: id }, {});
      return;
    case 'reap': {
      const { database, processes } = world.services;
      await reapRuns(database, { processes, listeningSince: 0 });
      return;
    }
    case 'reset':
      await world.call('setResumeState', params, { reset_if_running: true }).catch((error: unknown) => {
        if (!isSkepError(error, 'workflow_not_resumable')) throw error;
      });
      return;
    case 'wait':
      world.advance(current.seconds);
  }
}

const beatOf = (letter: string) => ({ status: letter, next_report_increment: 93 });

function snapshot({ workflowId }: BoundWorkflow): Promise<Snapshot> {
  return world.services.database.read(async ({ db }) => {
    const workflow = await db
      .selectFrom('workflow')
      .select('status')
      .where('id', '=', workflowId)
      .executeTakeFirstOrThrow();
    const runs = await db
      .selectFrom('workflow_run')
      .select(['id', 'status', 'revision'])
      .where('workflow_id', '=', workflowId)
      .orderBy('id')
      .execute();
    return { workflow: workflow.status, runs };
  });
}

function check(before: Snapshot, now: Snapshot, current: Step): void {
  checkMoves(before, now, current);
  const alive = now.runs.filter(({ status: letter }) => ALIVE_WORKFLOW_RUN_STATUSES.includes(letter));
  assert.ok(alive.length <= 1, `two runs own the workflow after ${JSON.stringify(current)}`);
  const [owner] = alive;
  if (owner === undefined || TERMINATING_STATUSES.includes(owner.status)) return;
  assert.equal(now.workflow, WORKFLOW_STATUS_OF_RUN[owner.status], 'the workflow goes with the run that owns it');
}

/** One request may make several moves, each of which is in the table. */
function checkMoves(before: Snapshot, now: Snapshot, current: Step): void {
  const what = JSON.stringify(current);
  assert.ok(
    leadsTo(WORKFLOW_TRANSITIONS, before.workflow, now.workflow),
    `workflow ${before.workflow} → ${now.workflow} by ${what}`,
  );
  for (const after of now.runs) {
    const former = before.runs.find(({ id }) => id === after.id);
    if (former === undefined) assert.equal(after.status, 'L', 'a run begins by linking');
    else {
      assert.ok(
        leadsTo(WORKFLOW_RUN_TRANSITIONS, former.status, after.status),
        `run ${former.status} → ${after.status} by ${what}`,
      );
      assert.ok(former.status === after.status || after.revision > former.revision, 'a change has a later revision');
    }
  }
}

function leadsTo<Letter extends string>(
  table: Readonly<Partial<Record<Letter, readonly Letter[]>>>,
  from: Letter,
  to: Letter,
): boolean {
  const seen = new Set<Letter>([from]);
  for (const letter of seen) for (const next of table[letter] ?? []) seen.add(next);
  return seen.has(to);
}
