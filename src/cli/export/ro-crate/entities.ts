/**
 * What the metadata of a Workflow Run RO-Crate says: the entities of the profiles Process, Workflow and Provenance Run Crate 0.5
 * (w3id.org/ro/wfrun), each with what the profile demands of it.
 */
import {
  type AttemptRecord,
  finalAttempt,
  type RunRecords,
  type TaskRecord,
} from '../../../client/queries/task-records.ts';
import { WORKFLOW_RUN_STATUSES, type WorkflowRunStatus } from '../../../core/status.ts';
import { SKEP_VERSION } from '../../../core/version.ts';
import { timestamp } from '../timestamp.ts';

export type Entity = { readonly '@id': string; readonly '@type': string | readonly string[] } & Readonly<
  Record<string, unknown>
>;

export const reference = (id: string) => ({ '@id': id });

/** Ids within the crate are relative addresses: what users name is escaped. */
export const templateId = (arrayId: number | null) => `#template-${arrayId ?? 'none'}`;
const stepId = (arrayId: number | null) => `#step-${arrayId ?? 'none'}`;
const taskActionId = (taskId: number) => `#task-${taskId}`;
const controlId = (taskId: number) => `#control-${taskId}`;
export const runId = (workflowRunId: number) => `#run-${workflowRunId}`;
const userId = (user: string) => `#user-${encodeURIComponent(user)}`;
export const ENGINE = '#skep';

export function engine(): Entity {
  return {
    ...{ '@id': ENGINE, '@type': 'SoftwareApplication', name: 'Skep' },
    description: 'The workflow manager that ran the workflow.',
    softwareVersion: SKEP_VERSION,
  };
}

export function person(user: string): Entity {
  return { '@id': userId(user), '@type': 'Person', name: user };
}

/** A run of the workflow. */
export function runAction(run: RunRecords['runs'][number], workflow: RunRecords, mainId: string): Entity {
  const { status } = run;
  const hasEnded = !UNFINISHED.includes(status as WorkflowRunStatus);
  const { label, description } = WORKFLOW_RUN_STATUSES[status as WorkflowRunStatus] ?? {
    label: status,
    description: '',
  };
  return {
    ...{ '@id': runId(run.workflow_run_id), '@type': 'CreateAction' },
    name: `Run ${run.workflow_run_id} of ${workflow.name || `workflow ${workflow.workflow_id}`}`,
    description: `Workflow ${workflow.workflow_id} of Skep; args: ${workflow.workflow_args ?? ''}`,
    instrument: reference(mainId),
    ...(run.user && { agent: reference(userId(run.user)) }),
    startTime: timestamp(run.started),
    ...(hasEnded && { endTime: timestamp(run.status_changed) }),
    ...(hasEnded ? outcome(status === 'D', `${label}: ${description}`) : ACTIVE),
  };
}

/** Statuses of runs that may still do something. */
const UNFINISHED: readonly WorkflowRunStatus[] = ['G', 'L', 'B', 'I', 'O', 'R', 'C', 'H'];

export function tool({ array_id: id, name, command_template: command }: RunRecords['templates'][number]): Entity {
  return {
    ...{ '@id': templateId(id), '@type': 'SoftwareApplication', name },
    ...(command && { description: command }),
  };
}

export function step({ array_id: id, name }: RunRecords['templates'][number], position: number): Entity {
  return {
    ...{ '@id': stepId(id), '@type': 'HowToStep', name, position: String(position) },
    workExample: reference(templateId(id)),
  };
}

/** The execution of a task, by its final attempt; none of a task that has not ended. */
export function taskActions(task: TaskRecord, users: ReadonlyMap<number, string | null>): Entity[] {
  const attempt = finalAttempt(task);
  if (attempt === undefined) return [];
  const { task_id: id, array_id: arrayId, name, command, status } = task;
  const user = users.get(attempt.workflow_run_id);
  return [
    {
      ...{ '@id': taskActionId(id), '@type': 'CreateAction', name, description: command },
      instrument: reference(templateId(arrayId)),
      ...(user && { agent: reference(userId(user)) }),
      ...timesOf(attempt),
      ...outcome(status === 'D', attempt.error ?? 'Failed for good.'),
    },
    {
      ...{ '@id': controlId(id), '@type': 'ControlAction', name: `Skep ran ${name}` },
      ...{ instrument: reference(stepId(arrayId)), object: reference(taskActionId(id)) },
    },
  ];
}

function timesOf({ started, status_changed: ended }: AttemptRecord) {
  return { ...(started !== null && { startTime: timestamp(started) }), endTime: timestamp(ended) };
}

/** The profile wants an error only where something failed. */
function outcome(isDone: boolean, error: string) {
  if (isDone) return { actionStatus: 'http://schema.org/CompletedActionStatus' };
  return { actionStatus: 'http://schema.org/FailedActionStatus', error };
}

const ACTIVE = { actionStatus: 'http://schema.org/ActiveActionStatus' };
