/** Resuming after the client of a run died, in whatever status it left the run. */
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { type TestContext, test } from 'node:test';
import {
  type CommonRunOptions,
  resumeWorkflowFromId,
  type WorkflowResult,
} from '../../../src/client/run/run-workflow.ts';
import type { WorkflowRunStatus } from '../../../src/core/status.ts';
import { Hearing } from '../../../src/server/hearing.ts';
import { searchNow } from '../../../src/server/reaper.ts';
import { playingDistributor } from '../../support/playing-distributor.ts';
import { chain, openServer } from '../binding/bound.ts';

/** No process has a number this high. */
const DEAD = `${hostname()}/99999999@1`;
const ELSEWHERE = 'another-host/4242@1';
const AN_HOUR = 3_600_000;

/** How the run came to its status. C and H: it was told to stop before its client died. */
const PATHS: Readonly<Partial<Record<WorkflowRunStatus, readonly string[]>>> = {
  ...{ L: [], B: ['B'], I: ['B', 'I'], O: ['B', 'I', 'O'], R: ['B', 'I', 'O', 'R'] },
  ...{ C: ['B', 'I', 'O', 'R', 'C'], H: ['B', 'I', 'O', 'R', 'H'] },
};

/** A bound workflow of three tasks with a run of another user in this status, whose client is dead or silent. */
async function crashed(context: TestContext, status: WorkflowRunStatus, client: string) {
  const { served, requester } = await openServer(context);
  const processes = playingDistributor(requester, () => 'D');
  const bound = chain(3);
  await bound.bind(requester);
  await bound.bindTasks();
  const { workflowId } = bound;
  const { workflow_run_id: runId } = await served.ask('POST', '/workflow_run', {
    ...{ workflow_id: workflowId, user: 'somebody-else', jobmon_version: '3.6.0' },
    ...{ next_report_increment: 93, client_process: client },
  });
  for (const next of PATHS[status] ?? []) {
    const told = next === 'C' || next === 'H';
    if (told) await served.ask('POST', `/workflow/${workflowId}/set_resume`, { reset_running_jobs: next === 'C' });
    else await served.ask('PUT', `/workflow_run/${runId}/update_status`, { status: next });
  }
  await served.database.write(async ({ db, now }) => {
    if (client === ELSEWHERE)
      await db
        .updateTable('workflow_run')
        .set({ heartbeat_date: now - AN_HOUR })
        .execute();
    if (!['R', 'C', 'H'].includes(status)) return;
    const task = await db.selectFrom('task').selectAll().orderBy('id').executeTakeFirstOrThrow();
    await db.updateTable('task').set({ status: 'R', num_attempts: 1 }).where('id', '=', task.id).execute();
    const attempt = { task_id: task.id, array_id: task.array_id as number, status: 'R' as const, status_date: now };
    const place = { array_batch_num: 1000, array_step_id: 0, task_resources_id: task.task_resources_id as number };
    const silence = { workflow_run_id: runId, report_by_date: now - AN_HOUR };
    await db
      .insertInto('task_instance')
      .values({ ...attempt, ...place, ...silence })
      .execute();
  });
  const options: CommonRunOptions = { requester, processes, resumeTimeout: 60, secondsUntilTimeout: 60 };
  /** Resumes while the server searches for lost runs, as it does all the time. */
  const whileReaping = async (resume: Promise<WorkflowResult>) => {
    const over = new AbortController();
    const ended = resume.finally(() => over.abort());
    const { clock } = served.server.services;
    const hearing = new Hearing({ ...clock, now: () => 0, monotonic: () => 0 });
    const services = { ...served.server.services, hearing };
    for (; !over.signal.aborted; await services.clock.sleep(50, over.signal)) await searchNow(services);
    return ended;
  };
  const runStatus = () =>
    served.database.read(async ({ db }) => {
      const run = await db.selectFrom('workflow_run').select('status').where('id', '=', runId).executeTakeFirst();
      return run?.status;
    });
  return { served, requester, options, workflowId, processes, whileReaping, runStatus };
}

for (const status of Object.keys(PATHS) as WorkflowRunStatus[]) {
  for (const [what, client] of [
    ['a dead client on this host', DEAD],
    ['a silent client on another host', ELSEWHERE],
  ] as const) {
    test(`a run left in ${status} by ${what}: resumed by its id`, async (context) => {
      const { options, workflowId, processes, whileReaping, runStatus } = await crashed(context, status, client);
      const resume = resumeWorkflowFromId({ ...options, workflowId, clusterName: 'multiprocess' });
      const result = await whileReaping(resume);
      assert.deepEqual([result.status, result.doneCount], ['D', 3]);
      assert.deepEqual(processes.started, ['step_0', 'step_1', 'step_2']);
      assert.ok(['A', 'T', 'E'].includes((await runStatus()) ?? ''), await runStatus());
    });

    test(`a run left in ${status} by ${what}: resumed with its description`, async (context) => {
      const { options, processes, whileReaping } = await crashed(context, status, client);
      const result = await whileReaping(chain(3).run({ ...options, resume: true }));
      assert.deepEqual([result.status, result.doneCount], ['D', 3]);
      assert.deepEqual(processes.started, ['step_0', 'step_1', 'step_2']);
    });
  }
}

test('a run that waits for attempts that never confirm their end is resumed by a forced clean-up alone', async (context) => {
  const { served, options, workflowId } = await crashed(context, 'C', ELSEWHERE);
  // The cluster is silent, but the attempt has time left: only a person can know that it is dead.
  await served.database.write(async ({ db, now }) => {
    await db
      .updateTable('task_instance')
      .set({ status: 'K', report_by_date: now + AN_HOUR })
      .execute();
  });
  const resume = { ...options, workflowId, clusterName: 'multiprocess' };
  await assert.rejects(resumeWorkflowFromId({ ...resume, resumeTimeout: 0.2 }), {
    code: 'workflow_not_resumable',
    message: /1 task instances still have to die/,
  });
  const result = await resumeWorkflowFromId({ ...resume, forceCleanup: true });
  assert.deepEqual([result.status, result.doneCount], ['D', 3]);
});

test('a client that died while it bound tasks: its description binds the rest, its id alone says how', async (context) => {
  const { served, requester } = await openServer(context);
  const processes = playingDistributor(requester, () => 'D');
  const bound = chain(3);
  await bound.bind(requester);
  await bound.bindTasks();
  const { workflowId } = bound;
  await served.database.write(async ({ db }) => {
    await db.updateTable('workflow').set({ created_date: null }).execute();
    await db.deleteFrom('task').where('name', '=', 'step_2').execute();
  });
  const options: CommonRunOptions = { requester, processes, resumeTimeout: 60, secondsUntilTimeout: 60 };
  await assert.rejects(resumeWorkflowFromId({ ...options, workflowId, clusterName: 'multiprocess' }), {
    code: 'not_bound',
    message: new RegExp(`^The tasks of workflow ${workflowId} are not all bound: .* skep run FILE --resume`),
  });
  await assert.rejects(resumeWorkflowFromId({ ...options, workflowId: 99, clusterName: 'multiprocess' }), {
    code: 'not_found',
    message: /^Workflow 99 does not exist\.$/,
  });
  const result = await chain(3).run({ ...options, resume: true });
  assert.deepEqual([result.workflowId, result.status, result.doneCount], [workflowId, 'D', 3]);
  assert.deepEqual(processes.started, ['step_0', 'step_1', 'step_2']);
});
