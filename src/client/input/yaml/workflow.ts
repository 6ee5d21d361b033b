/** A YAML workflow file as a workflow. The format is described in docs/workflow-file.md. */
import { basename, extname } from 'node:path';
import { placeholdersOf } from '../../../core/command-template.ts';
import { isSkepError, SkepError } from '../../../core/errors.ts';
import type { TaskTemplate } from '../../task-template.ts';
import { Tool } from '../../tool.ts';
import { argsOfFile } from '../names.ts';
import type { DocumentPath } from '../schema-problem.ts';
import type { InputOptions, WorkflowInput } from '../workflow-input.ts';
import { parseWorkflowDocument, type WorkflowDocument } from './document.ts';
import { expandEntry } from './expand.ts';
import { type ExpandedEntry, linkEntries } from './link.ts';
import type { TasksEntry, TemplateEntry } from './schema.ts';

/**
 * Makes a workflow of a workflow file.
 * @throws SkepError input_malformed, or the library's own error about a part, with file, line and column.
 */
export function readYamlWorkflow(text: string, file: string, options: InputOptions): WorkflowInput {
  const document = parseWorkflowDocument(text, file);
  const { content } = document;
  const name = content.name ?? basename(file, extname(file));
  const cluster = options.cluster ?? content.cluster ?? 'multiprocess';
  const tool = new Tool(content.tool ?? name);
  const workflow = tool.createWorkflow({
    name,
    description: content.description ?? '',
    workflowArgs: options.args ?? (content.args === undefined ? argsOfFile(text, file) : String(content.args)),
    defaultClusterName: cluster,
    ...(content.defaults?.resources && { defaultComputeResourcesSet: { [cluster]: content.defaults.resources } }),
    ...(content.defaults?.scales && { defaultResourceScalesSet: { [cluster]: content.defaults.scales } }),
    ...(content.defaults?.max_attempts && { defaultMaxAttempts: content.defaults.max_attempts }),
    ...(content.max_concurrent && { maxConcurrentlyRunning: content.max_concurrent }),
  });

  const templates = new Map<string, TaskTemplate>();
  for (const [templateName, template] of Object.entries(content.templates)) {
    const make = () => makeTemplate(tool, templateName, template, cluster);
    templates.set(templateName, located(document, ['templates', templateName], make));
  }
  const entries = content.tasks.map((entry, position) => makeTasks(entry, position, templates, document));
  linkEntries(entries, document);
  for (const [position, { tasks }] of entries.entries()) {
    located(document, ['tasks', position], () => workflow.addTasks(tasks.map(({ task }) => task)));
  }
  return { workflow, hasFixedArgs: true, notes: [], prepare: async () => {} };
}

function makeTemplate(tool: Tool, templateName: string, template: TemplateEntry, cluster: string): TaskTemplate {
  const placeholders = placeholdersOf(template.command);
  const classes = template.arguments ?? {};
  const stray = Object.keys(classes).find((name) => !placeholders.includes(name));
  if (stray !== undefined) {
    throw new SkepError('template_invalid', `Template ${templateName} has no placeholder {${stray}} in its command.`);
  }
  const ofClass = (wanted: string) => placeholders.filter((name) => (classes[name] ?? 'node') === wanted);
  return tool.getTaskTemplate({
    templateName,
    commandTemplate: template.command,
    nodeArgs: ofClass('node'),
    taskArgs: ofClass('task'),
    opArgs: ofClass('op'),
    defaultClusterName: cluster,
    ...(template.resources && { defaultComputeResources: template.resources }),
    ...(template.scales && { defaultResourceScales: template.scales }),
  });
}

function makeTasks(
  entry: TasksEntry,
  position: number,
  templates: ReadonlyMap<string, TaskTemplate>,
  document: WorkflowDocument,
): ExpandedEntry {
  const template = templates.get(entry.template);
  if (template === undefined) {
    const known = [...templates.keys()].join(', ');
    throw document.refuse(
      ['tasks', position, 'template'],
      `tasks[${position}].template is ${entry.template}, but the templates are: ${known}.`,
    );
  }
  // The library leaves attempts to tasks and workflows; here a template's number is that of its tasks.
  const maxAttempts = entry.max_attempts ?? document.content.templates[entry.template]?.max_attempts;
  const options = {
    ...(entry.resources && { computeResources: entry.resources }),
    ...(entry.scales && { resourceScales: entry.scales }),
    ...(maxAttempts && { maxAttempts }),
  };
  const tasks = expandEntry(entry, position, document).map((args) => ({
    args,
    task: located(document, ['tasks', position], () => template.createTask(args, options)),
  }));
  return { entry, tasks };
}

/** Runs `make` and gives the errors of the library the place in the file. */
function located<Result>(document: WorkflowDocument, path: DocumentPath, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!isSkepError(error)) throw error;
    throw new SkepError(error.code, document.refuse(path, error.message).message, { cause: error });
  }
}
