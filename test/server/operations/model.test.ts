/** Random histories of a run, with lost answers, late and repeated reports: what must hold after every single request. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import {
  allows,
  TASK_INSTANCE_ENDED,
  TASK_INSTANCE_TRANSITIONS,
  TASK_STATUSES,
  TASK_TRANSITIONS,
  type TaskInstanceStatus,
  type TaskStatus,
} from '../../../src/core/status.ts';
import { type RunningWorkflow, World } from '../world.ts';

const TASKS = 3;
const MAX_ATTEMPTS = 2;

type Step =
  | { readonly kind: 'queue'; readonly tasks: readonly number[] }
  | { readonly kind: 'instantiate' | 'terminate' | 'triage' | 'stop' }
  | { readonly kind: 'launch' | 'killed'; readonly batch: number }
  | { readonly kind: 'start' | 'heartbeat'; readonly instance: number }
  | { readonly kind: 'end' | 'known'; readonly instance: number; readonly letter: string }
  | { readonly kind: 'wait'; readonly seconds: number };

const instance = fc.nat({ max: TASKS * MAX_ATTEMPTS - 1 });
const letter = fc.constantFrom('D', 'D', 'E', 'Z', 'U', 'F', 'R', 'K', 'W', 'O');
const batch = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('queue' as const), tasks: fc.subarray([0, 1, 2]) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'instantiate' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('launch' as const), batch }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('killed' as const), batch }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('start' as const, 'heartbeat' as const), instance }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('end' as const, 'known' as const), instance, letter }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 280, 600) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'triage' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'terminate' as const }, { kind: 'stop' as const }) },
);

interface Snapshot {
  readonly instances: ReadonlyMap<number, { status: TaskInstanceStatus; task: number; revision: number }>;
  readonly tasks: ReadonlyMap<number, { status: TaskStatus; attempts: number; revision: number }>;
  readonly errors: number;
}

let world: World;
before(async () => {
  world = await World.open();
});
after(() => world.close());

test('whatever is reported, in whatever order and however often, the invariants hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const workflow = await world.run(await world.bind({ tasks: TASKS, maxAttempts: MAX_ATTEMPTS }));
      const queued: number[] = [];
      const done = new Set<number>();
      let now = await snapshot(workflow);
      for (const current of steps) {
        const next = await apply(workflow, current, queued, done);
        checkMoves(now, next, current);
        checkState(next, done);
        if (current.kind !== 'wait') {
          const again = await apply(workflow, current, queued, done);
          assert.deepEqual(again, next, `a repeated request changed something: ${JSON.stringify(current)}`);
        }
        now = next;
      }
    }),
    { numRuns: 150 },
  );
});

async function apply(workflow: RunningWorkflow, current: Step, queued: number[], done: Set<number>): Promise<Snapshot> {
  const id = 'instance' in current ? queued[current.instance] : undefined;
  switch (current.kind) {
    case 'queue': {
      const ids = current.tasks.map((index) => workflow.taskIds[index] ?? 0);
      queued.push(...(await world.queue(workflow, ids)));
      break;
    }
    case 'instantiate':
      await world.call('instantiateTaskInstances', {}, { task_instance_ids: queued });
      break;
    case 'launch': {
      const launched = { batch_number: current.batch, next_report_increment: 279 };
      await world.call('transitionToLaunched', { array_id: workflow.arrayId }, launched);
      break;
    }
    case 'killed':
      await world.call('transitionToKilled', { array_id: workflow.arrayId }, { batch_number: current.batch });
      break;
    case 'terminate':
      await world.call('terminateTaskInstances', { workflow_run_id: workflow.runId }, {});
      break;
    case 'triage':
      await world.call('setStatusForTriaging', { workflow_run_id: workflow.runId }, {});
      break;
    case 'stop':
      await world.moveRun(workflow.runId, 'C');
      break;
    case 'wait':
      world.advance(current.seconds);
      break;
    case 'start':
      if (id !== undefined) await world.start([id]);
      break;
    case 'heartbeat':
      if (id !== undefined) {
        await world.call('logReportBy', { task_instance_id: id }, { next_report_increment: 279 });
      }
      break;
    case 'end':
      if (id !== undefined) {
        const { statuses } = await world.end([id], current.letter);
        if (current.letter === 'D' && statuses[id] === 'D') done.add(id);
      }
      break;
    case 'known':
      if (id !== undefined && current.letter !== 'D') {
        const found = { error_state: current.letter, error_message: 'found' };
        await world.call('logKnownError', { task_instance_id: id }, found);
      }
  }
  return snapshot(workflow);
}

function snapshot(workflow: RunningWorkflow): Promise<Snapshot> {
  return world.services.database.read(async ({ db }) => {
    const instances = await db
      .selectFrom('task_instance')
      .select(['id', 'status', 'task_id', 'revision'])
      .where('workflow_run_id', '=', workflow.runId)
      .execute();
    const tasks = await db
      .selectFrom('task')
      .select(['id', 'status', 'num_attempts', 'revision'])
      .where('workflow_id', '=', workflow.workflowId)
      .execute();
    const errors = await db.selectFrom('task_instance_error_log').select('id').execute();
    return {
      instances: new Map(
        instances.map(({ id, status, task_id, revision }) => [id, { status, task: task_id, revision }]),
      ),
      tasks: new Map(
        tasks.map(({ id, status, num_attempts, revision }) => [id, { status, attempts: num_attempts, revision }]),
      ),
      errors: errors.length,
    };
  });
}

function checkMoves(before: Snapshot, after: Snapshot, cause: Step): void {
  for (const [id, { status, revision }] of after.instances) {
    const from = before.instances.get(id);
    if (from === undefined || from.status === status) continue;
    const ended = cause.kind === 'terminate' && (from.status === 'Q' || from.status === 'I') && status === 'F';
    const pair = `instance ${from.status}→${status} by ${JSON.stringify(cause)}`;
    assert.ok(ended || allows(TASK_INSTANCE_TRANSITIONS, from.status, status), pair);
    assert.ok(revision > from.revision, `${pair}: revision`);
  }
  for (const [id, { status, revision }] of after.tasks) {
    const from = before.tasks.get(id);
    if (from === undefined || from.status === status) continue;
    const pair = `task ${from.status}→${status} by ${JSON.stringify(cause)}`;
    assert.ok(leadsTo(from.status, status), pair);
    assert.ok(revision > from.revision, `${pair}: revision`);
  }
}

function checkState({ instances, tasks }: Snapshot, done: ReadonlySet<number>): void {
  for (const [id, { status, attempts }] of tasks) {
    const mine = [...instances].filter(([, { task }]) => task === id);
    assert.ok(attempts <= MAX_ATTEMPTS, `task ${id} was queued ${attempts} times`);
    assert.equal(mine.length, attempts, 'one instance for each attempt');
    const live = mine.filter(([, instance]) => !TASK_INSTANCE_ENDED.includes(instance.status));
    assert.ok(live.length <= 1, `task ${id} has ${live.length} live attempts`);
    assert.notEqual(status, 'E');
    assert.equal(
      status === 'D',
      mine.some(([instanceId]) => done.has(instanceId)),
      `task ${id} in ${status}`,
    );
    if (['G', 'A', 'D', 'F'].includes(status)) assert.equal(live.length, 0, `task ${id} in ${status}`);
    else assert.equal(live.length, 1, `task ${id} in ${status}`);
  }
}

/** One step of the table, or several through statuses that are left within one transaction. */
function leadsTo(from: TaskStatus, to: TaskStatus): boolean {
  const reached = new Set<TaskStatus>([from]);
  for (const status of reached) {
    for (const next of Object.keys(TASK_STATUSES) as TaskStatus[]) {
      if (allows(TASK_TRANSITIONS, status, next) && (next === to || next === 'I' || next === 'R' || next === 'E')) {
        reached.add(next);
      }
    }
  }
  return reached.has(to);
}
