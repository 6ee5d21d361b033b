/**
 * Every table as the query builder sees it. Times are milliseconds since the epoch; they become text of whole seconds
 * only on the wire. Hashes are decimal text. Source: data-model §2; `revision` columns and the `skep_…` tables are ours.
 */
import type { Generated } from 'kysely';
import type { Role } from '../../api/access.ts';
import type { TaskInstanceStatus, TaskStatus, WorkflowRunStatus, WorkflowStatus } from '../../core/status.ts';

/** Milliseconds since the epoch. */
type Time = number;
/** 0 until the first change; then the revision of the write unit that changed the status last. */
type Revision = Generated<number>;

interface ToolTable {
  id: Generated<number>;
  name: string;
}

interface ToolVersionTable {
  id: Generated<number>;
  tool_id: number;
}

interface TaskTemplateTable {
  id: Generated<number>;
  tool_version_id: number;
  name: string;
}

interface TaskTemplateVersionTable {
  id: Generated<number>;
  task_template_id: number;
  command_template: string;
  arg_mapping_hash: string;
}

/** One dictionary of names with generated ids: argument names, attribute names. */
interface NameTable {
  id: Generated<number>;
  name: string;
}

interface ArgTypeTable {
  id: number;
  name: string;
}

interface TemplateArgMapTable {
  task_template_version_id: number;
  arg_id: number;
  arg_type_id: number;
}

interface NodeTable {
  id: Generated<number>;
  task_template_version_id: number;
  node_args_hash: string;
}

interface NodeArgTable {
  node_id: number;
  arg_id: number;
  val: string;
}

interface DagTable {
  id: Generated<number>;
  hash: string;
  /** Null until the last chunk of edges was stored. */
  created_date: Time | null;
}

interface EdgeTable {
  dag_id: number;
  node_id: number;
  /** JSON array of node ids, or null for none. */
  upstream_node_ids: string | null;
  downstream_node_ids: string | null;
}

interface ClusterTypeTable {
  id: Generated<number>;
  name: string;
  logfile_templates: string | null;
}

interface ClusterTable {
  id: Generated<number>;
  name: string;
  cluster_type_id: number;
  /** JSON text. */
  connection_parameters: string | null;
}

interface QueueTable {
  id: Generated<number>;
  name: string;
  cluster_id: number;
  /** Python-literal text, served unchanged. */
  parameters: string;
}

interface LabelTable {
  id: string;
  label: string;
}

interface StatusTable {
  id: string;
  label: string;
  description: string;
}

/** The declared types of queries name it. @public */
export interface TaskResourcesTable {
  id: Generated<number>;
  queue_id: number | null;
  task_resources_type_id: string;
  /** JSON text. */
  requested_resources: string;
}

interface WorkflowTable {
  id: Generated<number>;
  tool_version_id: number | null;
  dag_id: number;
  workflow_args_hash: string;
  task_hash: string;
  description: string | null;
  name: string | null;
  workflow_args: string | null;
  /** 0 while it is paused. */
  max_concurrently_running: number;
  /** Ours: the limit that is in force again when it continues; null unless it is paused. */
  limit_before_pause: number | null;
  /** Ours: the user who alone may change it, admins aside; null until that is known, which the first run says at the latest. */
  owner: string | null;
  /** Null until the last chunk of tasks was bound. */
  created_date: Time | null;
  status_date: Time;
  status: Generated<WorkflowStatus>;
  revision: Revision;
}

interface WorkflowAttributeTable {
  workflow_id: number;
  workflow_attribute_type_id: number;
  value: string | null;
}

interface WorkflowRunTable {
  id: Generated<number>;
  workflow_id: number;
  user: string | null;
  jobmon_version: string | null;
  jobmon_server_version: string | null;
  status: Generated<WorkflowRunStatus>;
  created_date: Time;
  status_date: Time;
  /** The time by which the next heartbeat is due. */
  heartbeat_date: Time;
  /** Ours: `<host>/<pid>@<start>` of the client. */
  client_process: string | null;
  /** Ours: seconds that the last heartbeat asked for. */
  heartbeat_increment: number | null;
  revision: Revision;
}

interface ArrayTable {
  id: Generated<number>;
  name: string;
  task_template_version_id: number | null;
  workflow_id: number | null;
  max_concurrently_running: number;
  created_date: Time | null;
  /** Ours: the highest batch number that was given out. */
  last_batch_num: Generated<number>;
  revision: Revision;
}

/** The declared types of queries name it. @public */
export interface TaskTable {
  id: Generated<number>;
  workflow_id: number;
  node_id: number;
  task_args_hash: string;
  array_id: number | null;
  name: string;
  command: string;
  task_resources_id: number | null;
  num_attempts: Generated<number>;
  max_attempts: number;
  /** Python-literal text. */
  resource_scales: string | null;
  fallback_queues: string | null;
  status: Generated<TaskStatus>;
  status_date: Time;
  revision: Revision;
}

interface TaskArgTable {
  task_id: number;
  arg_id: number;
  val: string;
}

interface TaskAttributeTable {
  task_id: number;
  task_attribute_type_id: number;
  value: string | null;
}

/** The declared types of queries name it. @public */
export interface TaskInstanceTable {
  id: Generated<number>;
  workflow_run_id: number;
  array_id: number;
  task_id: number;
  distributor_id: string | null;
  task_resources_id: number;
  array_batch_num: number;
  array_step_id: number;
  nodename: string | null;
  process_group_id: number | null;
  usage_str: string | null;
  /** Numbers as text: seconds, bytes, bytes, seconds. */
  wallclock: string | null;
  maxrss: string | null;
  maxpss: string | null;
  cpu: string | null;
  io: string | null;
  stdout: string | null;
  stderr: string | null;
  stdout_log: string | null;
  stderr_log: string | null;
  status: Generated<TaskInstanceStatus>;
  submitted_date: Time | null;
  status_date: Time;
  /** The time by which the next sign of life is due. */
  report_by_date: Time | null;
  /** Why the batch system lets it wait, in its own words; null: it does not, or nobody said it. */
  pending_reason: string | null;
  /** `memory` or `runtime` where it is known that this was not enough. */
  ran_out: string | null;
  revision: Revision;
}

interface TaskInstanceErrorLogTable {
  id: Generated<number>;
  task_instance_id: number;
  error_time: Time;
  description: string;
}

/** What the database knows of itself, such as `database_id`. */
interface SkepSettingTable {
  name: string;
  value: string;
}

interface NotificationTable {
  id: Generated<number>;
  workflow_id: number;
  /** The run that gave the workflow its status, and the status of that run; null when a person or a repair did. */
  workflow_run_id: number | null;
  run_status: WorkflowRunStatus | null;
  status_before: WorkflowStatus;
  status: WorkflowStatus;
  time: Time;
  /** JSON array of the names of receivers that have it. */
  sent_to: Generated<string>;
  attempts: Generated<number>;
  /** The time of the next attempt. */
  due: Time;
}

interface DistributorTable {
  workflow_run_id: number;
  /** `<host>/<pid>@<start>` of the distributor that claimed the run last. */
  process: string;
  /** The time at which its claim ends, unless it repeats it; in the past when it has left the run. */
  expires: Time;
}

interface ChangeTable {
  id: Generated<number>;
  /** Names the request. */
  change_key: string;
  workflow_id: number;
  time: Time;
  user: string;
  /** From where it was asked for, as far as that was said. */
  origin: string | null;
  action: string;
  /** 1: with everything downstream. */
  recursive: number;
  /** Conditions, for people. */
  filter: string;
  /** What the tasks ask for from then on, for people; null: as before. */
  resources: string | null;
  /** Tasks that are to be changed, */
  tasks: number;
  /** and those that are. */
  changed: Generated<number>;
  /** Until then a server is at work on it; null: no longer. It is put off with each part. */
  busy_until: Time | null;
  finished: Time | null;
  /** JSON text: what a request that is repeated is told. */
  answer: string | null;
}

/** Rows of `task_resources` that were made in place of others, for tasks that are to run again. */
interface ChangedResourcesTable {
  id: Generated<number>;
  task_resources_id: number;
  /** The newest change by which a person had a part in it; null: none, a resume scaled what the program asked for. */
  change_id: number | null;
  /** The row in whose place it is, */
  changed_from: number;
  /** and the one that the program of the workflow asked for. */
  original: number;
}

interface UserTokenTable {
  id: Generated<number>;
  /** Only one token of a name is in force. */
  name: string;
  user: string;
  role: Role;
  /** SHA-256 of the token, hexadecimal. The token itself is kept nowhere. */
  hash: string;
  created: Time;
  /** Null: never. */
  expires: Time | null;
  revoked: Time | null;
  /** To the minute; null: it was never used. */
  last_used: Time | null;
}

interface AuditTable {
  id: Generated<number>;
  time: Time;
  user: string;
  /** How the server knew the user: `Principal`. */
  source: string;
  /** Of the user token. */
  token_id: number | null;
  /** From which it came. */
  address: string;
  /** Name of the route. */
  action: string;
  workflow_id: number | null;
  /** What the request was about, for people. */
  subject: string;
  /** HTTP status of the answer; null: the server died before it, so nobody knows. */
  outcome: number | null;
}

interface RevisionCounterTable {
  id: number;
  value: number;
}

export interface Schema {
  tool: ToolTable;
  tool_version: ToolVersionTable;
  task_template: TaskTemplateTable;
  task_template_version: TaskTemplateVersionTable;
  arg: NameTable;
  arg_type: ArgTypeTable;
  template_arg_map: TemplateArgMapTable;
  node: NodeTable;
  node_arg: NodeArgTable;
  dag: DagTable;
  edge: EdgeTable;
  cluster_type: ClusterTypeTable;
  cluster: ClusterTable;
  queue: QueueTable;
  task_resources_type: LabelTable;
  task_resources: TaskResourcesTable;
  workflow: WorkflowTable;
  workflow_attribute_type: NameTable;
  workflow_attribute: WorkflowAttributeTable;
  workflow_run: WorkflowRunTable;
  array: ArrayTable;
  task: TaskTable;
  task_arg: TaskArgTable;
  task_attribute_type: NameTable;
  task_attribute: TaskAttributeTable;
  task_instance: TaskInstanceTable;
  task_instance_error_log: TaskInstanceErrorLogTable;
  workflow_status: StatusTable;
  workflow_run_status: StatusTable;
  task_status: StatusTable;
  task_instance_status: StatusTable;
  skep_setting: SkepSettingTable;
  skep_revision: RevisionCounterTable;
  skep_notification: NotificationTable;
  skep_distributor: DistributorTable;
  skep_change: ChangeTable;
  skep_changed_resources: ChangedResourcesTable;
  skep_user_token: UserTokenTable;
  skep_audit: AuditTable;
}
