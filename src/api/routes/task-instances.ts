/** Task instances: what workers and distributors report. Source: http-fsm §12. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Empty, Id, IntegerLike, Letter, Message, Nullable, Seconds, TimeText } from '../schemas.ts';

const TaskInstancePath = Type.Object({ task_instance_id: Type.Integer() });
const StatusAnswer = Type.Object({ status: Letter });
const DistributorId = Type.Union([Type.String(), Type.Number(), Type.Null()]);
const Text = Nullable(Type.String());

/** `[id, status, run id, task id, task name, command, workflow id, stdout directory, stderr directory]` */
export const TaskInstanceTuple = Type.Tuple([Id, Letter, Id, Id, Type.String(), Type.String(), Id, Text, Text]);

/** Fields that accompany the end of an attempt. */
export const EndFields = {
  stdout: Type.Optional(Text),
  stderr: Type.Optional(Text),
  stdout_log: Type.Optional(Text),
  stderr_log: Type.Optional(Text),
  nodename: Type.Optional(Text),
  distributor_id: Type.Optional(DistributorId),
};

export const logRunning = v3('POST', '/task_instance/{task_instance_id}/log_running', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'The worker is about to start the command; answers what to run and the status that it has now.',
  params: TaskInstancePath,
  body: Type.Object({
    nodename: Type.Optional(Text),
    process_group_id: Type.Union([Type.String(), Type.Integer()]),
    next_report_increment: Seconds,
    distributor_id: Type.Optional(DistributorId),
  }),
  answer: Type.Object({ task_instance: TaskInstanceTuple }),
});

export const logReportBy = v3('POST', '/task_instance/{task_instance_id}/log_report_by', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'A sign of life of a running task instance; answers the status that it has now.',
  params: TaskInstancePath,
  body: Type.Object({
    next_report_increment: Seconds,
    stdout: Type.Optional(Text),
    stderr: Type.Optional(Text),
    distributor_id: Type.Optional(DistributorId),
  }),
  answer: StatusAnswer,
});

export const getArrayTaskInstanceId = v3('GET', '/get_array_task_instance_id/{array_id}/{batch_num}/{step_id}', {
  access: 'read',
  summary: 'The task instance of one step of an array batch.',
  params: Type.Object({ array_id: Type.Integer(), batch_num: Type.Integer(), step_id: Type.Integer() }),
  answer: Type.Object({ task_instance_id: Id }),
});

export const logReportByBatch = v3('POST', '/task_instance/log_report_by/batch', {
  access: { own: { task_instance: 'body.task_instance_ids[]' } },
  summary: 'Signs of life of launched task instances, by the distributor.',
  body: Type.Object({
    task_instance_ids: Type.Optional(Nullable(Type.Array(IntegerLike))),
    next_report_increment: Seconds,
  }),
  answer: Empty,
});

export const logDone = v3('POST', '/task_instance/{task_instance_id}/log_done', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'The command exited with status 0; answers the status that it has now.',
  params: TaskInstancePath,
  body: Type.Object(EndFields),
  answer: StatusAnswer,
});

export const logErrorWorkerNode = v3('POST', '/task_instance/{task_instance_id}/log_error_worker_node', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'The command failed or was killed; answers the status that it has now.',
  params: TaskInstancePath,
  body: Type.Object({ ...EndFields, error_state: Letter, error_description: Type.String() }),
  answer: StatusAnswer,
});

export const getTaskInstanceErrorLog = v3('GET', '/task_instance/{task_instance_id}/task_instance_error_log', {
  access: 'read',
  summary: 'Errors of a task instance, oldest first: `[log id, time, description]`.',
  params: TaskInstancePath,
  answer: Type.Object({ task_instance_error_log: Type.Array(Type.Tuple([Id, TimeText, Type.String()])) }),
});

export const logNoDistributorId = v3('POST', '/task_instance/{task_instance_id}/log_no_distributor_id', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'The cluster refused the submission.',
  params: TaskInstancePath,
  body: Type.Object({ no_id_err_msg: Type.String() }),
  answer: Message,
});

export const logDistributorId = v3('POST', '/task_instance/{task_instance_id}/log_distributor_id', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'The cluster accepted the submission.',
  params: TaskInstancePath,
  body: Type.Object({ distributor_id: DistributorId, next_report_increment: Seconds }),
  answer: Message,
});

const TriageResult = Type.Object({
  error_state: Letter,
  error_message: Type.String(),
  distributor_id: Type.Optional(DistributorId),
  nodename: Type.Optional(Text),
});

export const logKnownError = v3('POST', '/task_instance/{task_instance_id}/log_known_error', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'The distributor found out how a task instance ended.',
  params: TaskInstancePath,
  body: TriageResult,
  answer: Message,
});

export const logUnknownError = v3('POST', '/task_instance/{task_instance_id}/log_unknown_error', {
  access: { own: { task_instance: 'params.task_instance_id' } },
  summary: 'The distributor could not find out how a silent task instance ended.',
  params: TaskInstancePath,
  body: TriageResult,
  answer: Message,
});

/** `[array id, array name, batch number, resources id, [task instance ids], [step ids]]`; the last is ours, peers ignore it. */
export const BatchTuple = Type.Union([
  Type.Tuple([Id, Type.String(), Id, Id, Type.Array(Id), Type.Array(Id)]),
  Type.Tuple([Id, Type.String(), Id, Id, Type.Array(Id)]),
]);

export const instantiateTaskInstances = v3('POST', '/task_instance/instantiate_task_instances', {
  access: { own: { task_instance: 'body.task_instance_ids[]' } },
  summary: 'The distributor takes queued task instances; answers those that are now instantiated, by batch.',
  body: Type.Object({ task_instance_ids: Type.Array(IntegerLike) }),
  answer: Type.Object({ task_instance_batches: Type.Array(BatchTuple) }),
});
