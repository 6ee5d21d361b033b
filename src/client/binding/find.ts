/** Finding a workflow on a server without making anything known to it. */
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { workflowArgsHash } from '../../core/hash.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { Workflow } from '../workflow.ts';
import type { Caller } from './caller.ts';
import { hashWorkflow } from './hashes.ts';
import { refuseOtherTasks, type StoredHashes } from './same-tasks.ts';
import type { BoundTemplate } from './templates.ts';

/** As lists of workflows show it. */
export type FoundWorkflow = AnswerOf<typeof routes.listWorkflows>['workflows'][number];

interface Candidate extends StoredHashes {
  readonly workflow: FoundWorkflow;
  readonly toolVersionId: number;
}

/**
 * The workflow that binding would find: that with the same tool, args, tasks and dependencies. Sends only questions, so the
 * newest version of the tool is taken to be the newest that has a workflow with these args. Needs the extensions.
 * @returns undefined when binding would make a new one.
 * @throws SkepError workflow_exists as binding does, when its tasks or dependencies are others.
 */
export async function findWorkflow(caller: Caller, workflow: Workflow): Promise<FoundWorkflow | undefined> {
  const { tool, tasks, workflowArgs } = workflow;
  const { name, activeToolVersionId: active } = tool;
  const candidates = (await candidatesOf(caller, workflowArgs)).filter(
    (one) => one.workflow.tool === name && (active === 'latest' || one.toolVersionId === active),
  );
  const newest = candidates.reduce((version, { toolVersionId }) => Math.max(version, toolVersionId), 0);
  const ofVersion = candidates.filter(({ toolVersionId }) => toolVersionId === newest);
  const found = ofVersion.at(-1)?.workflow;
  if (found === undefined) return undefined;
  const templates = await findTemplates(caller, found.workflow_id, new Set(tasks.map(({ template }) => template)));
  refuseOtherTasks(workflow, ofVersion, templates && hashWorkflow(workflowArgs, tasks, templates));
  return found;
}

/** All workflows with these args, by ascending id. */
async function candidatesOf(caller: Caller, workflowArgs: string): Promise<Candidate[]> {
  const { matching_workflows: matches } = await caller.call(routes.getMatchingWorkflows, {
    params: { workflow_args_hash: String(workflowArgsHash(workflowArgs)) },
  });
  if (matches.length === 0) return [];
  const workflows = await workflowsWithArgs(caller, workflowArgs);
  // Both are the same workflows in the same order; only the one tells their hashes, and only the other their names.
  if (workflows.length !== matches.length) {
    const sentence = `The server lists ${workflows.length} workflows with these args, and knows ${matches.length}.`;
    throw new SkepError('answer_malformed', sentence);
  }
  return matches.map(([taskSet, toolVersionId, dag], index) => {
    return { workflow: workflows[index] as FoundWorkflow, toolVersionId, taskSet, dag };
  });
}

/** The most that a page has. */
const PAGE = 200;
/** Characters that can be searched for. */
const LONGEST_SEARCH = 255;

async function workflowsWithArgs(caller: Caller, workflowArgs: string): Promise<FoundWorkflow[]> {
  const search = searchedPart(workflowArgs);
  const found: FoundWorkflow[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const query = { limit: PAGE, ...(search !== '' && { search }), ...(before !== undefined && { before }) };
    const { workflows, next } = await caller.call(routes.listWorkflows, { query });
    found.push(...workflows.filter(({ workflow_args: args }) => args === workflowArgs));
    before = next;
  }
  return found.reverse();
}

/** Databases disagree about what is the same letter in upper and lower case beyond ASCII, so its longest piece is searched for. */
function searchedPart(text: string): string {
  const pieces = text.match(/[ -~]+/g) ?? [''];
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest)).slice(0, LONGEST_SEARCH);
}

/** The versions of templates that a workflow has; undefined when it lacks one of them. */
async function findTemplates(
  caller: Caller,
  workflowId: number,
  templates: ReadonlySet<TaskTemplate>,
): Promise<Map<TaskTemplate, BoundTemplate> | undefined> {
  const { task_template_version_ids: versions } = await caller.call(routes.getTemplateVersions, {
    query: { workflow_id: workflowId },
  });
  const known = new Map<string, BoundTemplate>();
  for (const { id: versionId, name } of versions) {
    const templateId = await caller.call(routes.getTaskTemplateOfVersion, {
      params: { task_template_version_id: versionId },
    });
    const { task_template_versions: all } = await caller.call(routes.getTaskTemplateVersions, {
      params: { task_template_id: templateId },
    });
    const version = all.find(([id]) => id === versionId);
    if (version === undefined) continue;
    const [, command, nodeArgs, taskArgs, opArgs, ids] = version;
    const bound = { templateId, versionId, argumentIds: new Map(Object.entries(ids)) };
    known.set(identityOf(name, command, nodeArgs, taskArgs, opArgs), bound);
  }
  const bound = new Map<TaskTemplate, BoundTemplate>();
  for (const template of templates) {
    const version = known.get(template.identity);
    if (version === undefined) return undefined;
    bound.set(template, version);
  }
  return bound;
}

/** As {@link TaskTemplate.identity}. */
function identityOf(name: string, command: string, ...classes: readonly (readonly string[])[]): string {
  return JSON.stringify([name, command.trim(), ...classes.map((names) => [...names].sort())]);
}
