/** Tools, templates and their versions on the server. Source: client §4.1, §5.1, §5.2. */
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { argMappingHash } from '../../core/hash.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { Tool } from '../tool.ts';
import type { Caller } from './caller.ts';

/** The server's ids of one template version. */
export interface BoundTemplate {
  readonly templateId: number;
  readonly versionId: number;
  /** Argument name → id, for all arguments of the version. */
  readonly argumentIds: ReadonlyMap<string, number>;
}

/**
 * The active version of a tool; the first one is made when there is none.
 * @throws SkepError invalid_usage when the version that was chosen is none of the tool's.
 */
export async function bindTool(caller: Caller, { name, activeToolVersionId: active }: Tool): Promise<number> {
  const toolId = await findTool(caller, name);
  const ids = await readToolVersions(caller, toolId);
  if (active === 'latest') return ids.at(-1) ?? addToolVersion(caller, toolId);
  if (ids.includes(active)) return active;
  throw new SkepError('invalid_usage', `Tool ${name} has no version ${active}; it has ${ids.join(', ') || 'none'}.`);
}

/** The id of the tool of a name, which is made when there is none. */
export async function findTool(caller: Caller, name: string): Promise<number> {
  return (await caller.call(routes.addTool, { body: { name } })).tool[0];
}

/** The ids of a tool's versions, the newest last. */
export async function readToolVersions(caller: Caller, toolId: number): Promise<number[]> {
  const { tool_versions: versions } = await caller.call(routes.getToolVersions, { params: { tool_id: toolId } });
  return versions.map(([id]) => id).sort((left, right) => left - right);
}

/** Makes a version of a tool and gives its id. */
export async function addToolVersion(caller: Caller, toolId: number): Promise<number> {
  return (await caller.call(routes.addToolVersion, { body: { tool_id: toolId } })).tool_version[0];
}

/**
 * Binds each version once, one after the other: the server hands out the ids of arguments by name, and there are few
 * templates, so nothing is gained by asking for the same new name twice at a time.
 * @param toolVersions tool → version id, as far as known; other tools are bound and added.
 */
export async function bindTemplates(
  caller: Caller,
  templates: Iterable<TaskTemplate>,
  toolVersions: Map<Tool, number>,
): Promise<Map<TaskTemplate, BoundTemplate>> {
  const templateIds = new Map<string, number>();
  const versions = new Map<string, BoundTemplate>();
  const bound = new Map<TaskTemplate, BoundTemplate>();
  for (const template of templates) {
    const { templateName, tool } = template;
    const toolVersionId = await remembered(toolVersions, tool, () => bindTool(caller, tool));
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
  return { templateId, versionId, argumentIds: new Map(Object.entries(ids)) };
}

async function remembered<Key, Value>(cache: Map<Key, Value>, key: Key, ask: () => Promise<Value>): Promise<Value> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = await ask();
  cache.set(key, value);
  return value;
}
