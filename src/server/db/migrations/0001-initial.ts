/** All tables. What each column means: ../schema.ts. */

/** A table of names with generated ids. */
const dictionary = (table: string) =>
  `create table ${table} (id integer primary key autoincrement, name text not null unique) strict`;

const statuses = (table: string) =>
  `create table ${table} (id text primary key, label text not null, description text not null) strict, without rowid`;

const attributes = (owner: string) => `
  create table ${owner}_attribute (
    ${owner}_id integer not null,
    ${owner}_attribute_type_id integer not null,
    value text,
    primary key (${owner}_id, ${owner}_attribute_type_id)
  ) strict, without rowid`;

/** Tools, templates, arguments, clusters, queues, resources. */
const METADATA = [
  dictionary('tool'),
  'create table tool_version (id integer primary key autoincrement, tool_id integer not null) strict',
  'create index tool_version_tool_id on tool_version (tool_id)',
  `create table task_template (
    id integer primary key autoincrement,
    tool_version_id integer not null,
    name text not null,
    unique (tool_version_id, name)
  ) strict`,
  `create table task_template_version (
    id integer primary key autoincrement,
    task_template_id integer not null,
    command_template text not null,
    arg_mapping_hash text not null,
    unique (task_template_id, arg_mapping_hash, command_template)
  ) strict`,
  dictionary('arg'),
  'create table arg_type (id integer primary key, name text not null unique) strict',
  `create table template_arg_map (
    task_template_version_id integer not null,
    arg_id integer not null,
    arg_type_id integer not null,
    primary key (task_template_version_id, arg_id, arg_type_id)
  ) strict, without rowid`,
  `create table cluster_type (
    id integer primary key autoincrement,
    name text not null unique,
    logfile_templates text
  ) strict`,
  `create table cluster (
    id integer primary key autoincrement,
    name text not null unique,
    cluster_type_id integer not null,
    connection_parameters text
  ) strict`,
  `create table queue (
    id integer primary key autoincrement,
    name text not null,
    cluster_id integer not null,
    parameters text not null,
    unique (cluster_id, name)
  ) strict`,
  'create table task_resources_type (id text primary key, label text not null) strict, without rowid',
  `create table task_resources (
    id integer primary key autoincrement,
    queue_id integer,
    task_resources_type_id text not null,
    requested_resources text not null
  ) strict`,
];

const GRAPH = [
  `create table node (
    id integer primary key autoincrement,
    task_template_version_id integer not null,
    node_args_hash text not null,
    unique (task_template_version_id, node_args_hash)
  ) strict`,
  `create table node_arg (
    node_id integer not null,
    arg_id integer not null,
    val text not null,
    primary key (node_id, arg_id)
  ) strict, without rowid`,
  `create table dag (id integer primary key autoincrement, hash text not null unique, created_date integer) strict`,
  // With a rowid: the lists of a node that many depend on are far longer than rows of a tree without one should be.
  `create table edge (
    dag_id integer not null,
    node_id integer not null,
    upstream_node_ids text,
    downstream_node_ids text,
    primary key (dag_id, node_id)
  ) strict`,
];

const WORKFLOWS = [
  `create table workflow (
    id integer primary key autoincrement,
    tool_version_id integer,
    dag_id integer not null,
    workflow_args_hash text not null,
    task_hash text not null,
    description text,
    name text,
    workflow_args text,
    max_concurrently_running integer not null,
    created_date integer,
    status_date integer not null,
    status text not null default 'G',
    revision integer not null default 0,
    unique (workflow_args_hash, tool_version_id, dag_id, task_hash)
  ) strict`,
  'create index workflow_tool_version_id on workflow (tool_version_id)',
  dictionary('workflow_attribute_type'),
  attributes('workflow'),
  `create table workflow_run (
    id integer primary key autoincrement,
    workflow_id integer not null,
    user text,
    jobmon_version text,
    jobmon_server_version text,
    status text not null default 'G',
    created_date integer not null,
    status_date integer not null,
    heartbeat_date integer not null,
    client_process text,
    heartbeat_increment real,
    revision integer not null default 0
  ) strict`,
  'create index workflow_run_workflow_id on workflow_run (workflow_id)',
  'create index workflow_run_status_deadline on workflow_run (status, heartbeat_date)',
  'create index workflow_run_user on workflow_run (user)',
  `create table "array" (
    id integer primary key autoincrement,
    name text not null,
    task_template_version_id integer,
    workflow_id integer,
    max_concurrently_running integer not null,
    created_date integer,
    last_batch_num integer not null default 0,
    revision integer not null default 0,
    unique (workflow_id, task_template_version_id)
  ) strict`,
];

const TASKS = [
  `create table task (
    id integer primary key autoincrement,
    workflow_id integer not null,
    node_id integer not null,
    task_args_hash text not null,
    array_id integer,
    name text not null,
    command text not null,
    task_resources_id integer,
    num_attempts integer not null default 0,
    max_attempts integer not null,
    resource_scales text,
    fallback_queues text,
    status text not null default 'G',
    status_date integer not null,
    revision integer not null default 0,
    unique (workflow_id, node_id, task_args_hash)
  ) strict`,
  // Pages of a workflow's tasks by id; the id is the implicit last column of every index.
  'create index task_workflow_id on task (workflow_id)',
  'create index task_workflow_id_revision on task (workflow_id, revision)',
  // The attempts make counting by status a matter of this index alone.
  'create index task_workflow_id_status on task (workflow_id, status, num_attempts)',
  'create index task_array_id on task (array_id)',
  `create table task_arg (
    task_id integer not null,
    arg_id integer not null,
    val text not null,
    primary key (task_id, arg_id)
  ) strict, without rowid`,
  dictionary('task_attribute_type'),
  attributes('task'),
];

const INSTANCES = [
  `create table task_instance (
    id integer primary key autoincrement,
    workflow_run_id integer not null,
    array_id integer not null,
    task_id integer not null,
    distributor_id text,
    task_resources_id integer not null,
    array_batch_num integer not null,
    array_step_id integer not null,
    nodename text,
    process_group_id integer,
    usage_str text,
    wallclock text,
    maxrss text,
    maxpss text,
    cpu text,
    io text,
    stdout text,
    stderr text,
    stdout_log text,
    stderr_log text,
    status text not null default 'Q',
    submitted_date integer,
    status_date integer not null,
    report_by_date integer,
    revision integer not null default 0,
    unique (array_id, array_batch_num, array_step_id)
  ) strict`,
  'create index task_instance_task_id on task_instance (task_id)',
  'create index task_instance_run_revision on task_instance (workflow_run_id, revision)',
  'create index task_instance_run_status_deadline on task_instance (workflow_run_id, status, report_by_date)',
  `create table task_instance_error_log (
    id integer primary key autoincrement,
    task_instance_id integer not null,
    error_time integer not null,
    description text not null
  ) strict`,
  'create index task_instance_error_log_instance on task_instance_error_log (task_instance_id)',
];

const OURS = [
  statuses('workflow_status'),
  statuses('workflow_run_status'),
  statuses('task_status'),
  statuses('task_instance_status'),
  'create table skep_setting (name text primary key, value text not null) strict, without rowid',
  'create table skep_revision (id integer primary key check (id = 1), value integer not null) strict',
];

export const statements: readonly string[] = [...METADATA, ...GRAPH, ...WORKFLOWS, ...TASKS, ...INSTANCES, ...OURS];
