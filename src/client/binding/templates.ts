/** Tools, templates and their versions on the server. Source: client §4.1, §5.1, §5.2. */
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { argMappingHash } from '../../core/hash.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { Caller } from './caller.ts';

/** The server's ids of one template version. */
export interface BoundTemplate {
  readonly versionId: number;
  /** Argument name → id, for all arguments of the version. */
  readonly argumentIds: ReadonlyMap<string, number>;
}

/** The newest version of a tool; the first one is made when there is none. */
export async function bindTool(caller: Caller, toolName: string): Promise<number> {
  const { tool } = await caller.call(routes.addTool, { body: { name: toolName } });
  const [toolId] = tool;
  const { tool_versions: versions } = await caller.call(routes.getToolVersions, { params: { tool_id: toolId } });
  if (versions.length > 0) return Math.max(...versions.map(([id]) => id));
  const { tool_version: version } = await caller.call(routes.addToolVersion, { body: { tool_id: toolId } });
  return version[0];
}

/**
 * Binds each version once, one after the other: the server hands out the ids of arguments by name, and there are few
 * templates, so nothing is gained by asking for the same new name twice at a time.
 * @param toolVersions tool name → version id, as far as known; other tools are bound and added.
 */
export async function bindTemplates(
  caller: Caller,
  templates: Iterable<TaskTemplate>,
  toolVersions: Map<string, number>,
): Promise<Map<TaskTemplate, BoundTemplate>> {
  const templateIds = new Map<string, number>();
  const versions = new Map<string, BoundTemplate>();
  const bound = new Map<TaskTemplate, BoundTemplate>();
  for (const template of templates) {
    const { templateName, tool } = template;
    const toolVersionId = await remembered(toolVersions, tool.name, () => bindTool(caller, tool.name));
    const nameKey = JSON.stringify([toolVersionId, templateName]);
    const templateId = await remembered(templateIds, nameKey, () => bindName(caller, toolVersionId, templateName));
    const versionKey = JSON.stringify([templateId, template.identity]);
    bound.set(template, await remembered(versions, versionKey, () => bindVersion(caller, templateId, template)));
  }
  return bound;
}

async function bindName(caller: Caller, toolVersionId: number, templateName: string): Promise<number> {
  const body = { tool_version_id: toolVersionId, task_template_name: templateName };
  return (await caller.call(routes.addTaskTemplate, { body })).task_template_id;
}

async function bindVersion(caller: Caller, templateId: number, template: TaskTemplate): Promise<BoundTemplate> {
  const { nodeArgs, taskArgs, opArgs } = template;
  const { task_template_version: version } = await caller.call(routes.addTaskTemplateVersion, {
    params: { task_template_id: templateId },
    body: {
      command_template: template.command.text,
      arg_mapping_hash: String(argMappingHash(template)),
      node_args: [...nodeArgs],
      task_args: [...taskArgs],
      op_args: [...opArgs],
    },
  });
  const [versionId, , , , , ids] = version;
  const missing = [...nodeArgs, ...taskArgs].find((name) => ids[name] === undefined);
  if (missing !== undefined) {
    const sentence = `The server gave no id for argument ${missing} of template ${template.templateName}.`;
    throw new SkepError('answer_malformed', sentence);
  }
  return { versionId, argumentIds: new Map(Object.entries(ids)) };
}

async function remembered<Key, Value>(cache: Map<Key, Value>, key: Key, ask: () => Promise<Value>): Promise<Value> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = await ask();
  cache.set(key, value);
  return value;
}
