/** Our own routes by which the distributors of a run keep out of each other's way, and one goes on where another stopped. */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Id, Letter, Nullable, Seconds } from '../schemas.ts';
import { BatchTuple } from './task-instances.ts';

const RunPath = Type.Object({ workflow_run_id: Type.Integer() });

/** `<host>/<pid>@<start>`: names one process for good. */
const ProcessName = Type.String({ minLength: 1, maxLength: 255 });

export const claimRun = skep('POST', '/workflow_run/{workflow_run_id}/distributor', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'A distributor asks for the run, or says that it goes on with it: at most one has a run at any time.',
  params: RunPath,
  body: Type.Object({
    process: ProcessName,
    next_report_increment: Seconds,
    /** Not for the client of the run: refused where a distributor that makes no claims has it. */
    from_outside: Type.Optional(Type.Boolean()),
  }),
  answer: Type.Object({
    granted: Type.Boolean(),
    /** The run was in the hands of another distributor before. */
    taken_over: Type.Boolean(),
    workflow_id: Id,
    workflow_run_status: Letter,
    /** Whose the run is now; null: a distributor that makes no claims has it. */
    holder: Nullable(ProcessName),
    /** Until the claim of the holder ends, if he does not repeat it. */
    seconds_left: Seconds,
  }),
});

export const releaseRun = skep('POST', '/workflow_run/{workflow_run_id}/distributor/release', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'A distributor leaves the run to the next one.',
  params: RunPath,
  body: Type.Object({ process: ProcessName }),
  answer: Type.Object({}),
});

export const getDistributor = skep('GET', '/workflow_run/{workflow_run_id}/distributor', {
  access: 'read',
  summary: 'Whose a run is: null when no distributor claims it.',
  params: RunPath,
  answer: Type.Object({ holder: Nullable(ProcessName) }),
});

export const getRunClusters = skep('GET', '/workflow_run/{workflow_run_id}/clusters', {
  access: 'read',
  summary: 'The clusters that the tasks of a run ask for.',
  params: RunPath,
  answer: Type.Object({ workflow_id: Id, cluster_names: Type.Array(Type.String()) }),
});

export const getOpenInstances = skep('GET', '/workflow_run/{workflow_run_id}/open_instances', {
  access: 'read',
  summary: 'What the distributors of a run have taken and what has not ended yet, for one that goes on with it.',
  params: RunPath,
  answer: Type.Object({
    batches: Type.Array(
      Type.Object({
        batch: BatchTuple,
        /** Parallel to the ids of the batch. Without a job: taken, and nobody said that it was submitted. */
        instances: Type.Array(Type.Object({ status: Letter, distributor_id: Nullable(Type.String()) })),
      }),
    ),
  }),
});
