/** Tools, task templates and their versions. Source: http-fsm §7.1 to §7.9. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Hash, Id, IdLike, MapOf, Nullable } from '../schemas.ts';

/** `[id, name]` */
const ToolTuple = Type.Tuple([Id, Type.String()]);
/** `[id, tool id]` */
const ToolVersionTuple = Type.Tuple([Id, Id]);
const Names = Type.Array(Type.String({ maxLength: 255 }));

/** `[id, command template, node args, task args, op args, {argument name: argument id}, task template id]` */
export const TaskTemplateVersionTuple = Type.Tuple([Id, Type.String(), Names, Names, Names, MapOf(Id), Id]);

export const addTool = v3('POST', '/tool', {
  access: 'contribute',
  summary: 'Finds or creates the tool of a name.',
  body: Type.Object({ name: Type.String({ maxLength: 255 }) }),
  answer: Type.Object({ tool: ToolTuple }),
});

export const getToolVersions = v3('GET', '/tool/{tool_id}/tool_versions', {
  access: 'read',
  summary: 'The versions of a tool, oldest first.',
  params: Type.Object({ tool_id: Type.Integer() }),
  answer: Type.Object({ tool_versions: Type.Array(ToolVersionTuple) }),
});

export const getToolResourceUsage = v3('GET', '/tool/{tool_name}/tool_resource_usage', {
  access: 'read',
  summary: 'Resource usage of the done task instances of a tool within at most seven days.',
  params: Type.Object({ tool_name: Type.String() }),
  query: Type.Object({ start_date: Type.Optional(Type.String()), end_date: Type.Optional(Type.String()) }),
  answer: Type.Array(
    Type.Object({
      ti_id: Id,
      ti_wallclock: Nullable(Type.String()),
      ti_maxrss: Nullable(Type.String()),
      node_arg_val: Type.String(),
      ti_requested_resources: Type.String(),
    }),
  ),
});

export const addToolVersion = v3('POST', '/tool_version', {
  access: 'contribute',
  summary: 'Creates a new version of a tool, at each call.',
  body: Type.Object({ tool_id: IdLike }),
  answer: Type.Object({ tool_version: ToolVersionTuple }),
});

export const getTaskTemplates = v3('GET', '/tool_version/{tool_version_id}/task_templates', {
  access: 'read',
  summary: 'The task templates of a tool version.',
  params: Type.Object({ tool_version_id: Type.Integer() }),
  answer: Type.Object({ task_templates: Type.Array(Type.Tuple([Id, Id, Type.String()])) }),
});

export const addTaskTemplate = v3('POST', '/task_template', {
  access: 'contribute',
  summary: 'Finds or creates the task template of a name in a tool version.',
  body: Type.Object({ tool_version_id: IdLike, task_template_name: Type.String({ maxLength: 255 }) }),
  answer: Type.Object({ task_template_id: Id }),
});

export const getTaskTemplateVersions = v3('GET', '/task_template/{task_template_id}/versions', {
  access: 'read',
  summary: 'The versions of a task template, oldest first.',
  params: Type.Object({ task_template_id: Type.Integer() }),
  answer: Type.Object({ task_template_versions: Type.Array(TaskTemplateVersionTuple) }),
});

export const addTaskTemplateVersion = v3('POST', '/task_template/{task_template_id}/add_version', {
  access: 'contribute',
  summary: 'Finds or creates a version of a task template by its command and arguments.',
  params: Type.Object({ task_template_id: Type.Integer() }),
  body: Type.Object({
    node_args: Names,
    task_args: Names,
    op_args: Names,
    command_template: Type.String(),
    arg_mapping_hash: Hash,
  }),
  answer: Type.Object({ task_template_version: TaskTemplateVersionTuple }),
});

export const getTaskTemplateOfVersion = v3('GET', '/task_template/id/{task_template_version_id}', {
  access: 'read',
  summary: 'The task template that a version belongs to.',
  params: Type.Object({ task_template_version_id: Type.Integer() }),
  answer: Id,
});
