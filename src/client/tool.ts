/** Tools: what a group of people runs again and again. Source: client §4. */
import type { Requester } from '../api/requester.ts';
import { SkepError } from '../core/errors.ts';
import { addToolVersion, findTool, readToolVersions } from './binding/templates.ts';
import { type DefaultOptions, Defaults, type ResourceValues, type ScaleValues } from './defaults.ts';
import { checkName } from './names.ts';
import { readResourceFile, templateSection, toolSection } from './resources-yaml.ts';
import type { ArgumentKinds, CustomKinds } from './task-function/kinds.ts';
import { TaskFunction, type TaskFunctionOptions } from './task-function/task-function.ts';
import { TaskTemplate, type TaskTemplateOptions } from './task-template.ts';
import { Workflow, type WorkflowOptions } from './workflow.ts';

/** How a resource file is read. */
export interface YamlOptions {
  /** Sets the defaults of all templates made so far, too. Default: false. */
  readonly setTaskTemplates?: boolean;
  /** Leaves alone what the file says nothing about, in place of an error. Default: false. */
  readonly ignoreMissingKeys?: boolean;
}

/** Templates and workflows that belong together, in one of the versions that the server has of the tool. */
export class Tool extends Defaults {
  readonly name: string;
  readonly #templates = new Map<string, TaskTemplate>();
  #activeToolVersionId: number | 'latest' = 'latest';

  /** @throws SkepError name_invalid */
  constructor(name: string, options: DefaultOptions = {}) {
    super();
    this.name = checkName('tool', name);
    this.applyDefaults(options);
  }

  /** The newest template of each name. */
  get taskTemplates(): ReadonlyMap<string, TaskTemplate> {
    return this.#templates;
  }

  /** The version for workflows that are bound from now on. Default: `latest`, the newest one, or a first one that is made. */
  get activeToolVersionId(): number | 'latest' {
    return this.#activeToolVersionId;
  }

  /** Chooses a version, or `latest`; whether the tool has it is found out by the binding. @throws SkepError argument_invalid */
  setActiveToolVersionId(id: number | 'latest'): void {
    if (id !== 'latest' && !(Number.isSafeInteger(id) && id > 0)) {
      throw new SkepError('argument_invalid', `The version ${id} of tool ${this.name} is neither an id nor latest.`);
    }
    this.#activeToolVersionId = id;
  }

  /** The ids of the versions that a server has of the tool, the newest last. */
  async getToolVersions(requester: Requester): Promise<number[]> {
    return readToolVersions(requester, await findTool(requester, this.name));
  }

  /** Makes a version on a server, chooses it, and gives its id. */
  async getNewToolVersion(requester: Requester): Promise<number> {
    const id = await addToolVersion(requester, await findTool(requester, this.name));
    this.#activeToolVersionId = id;
    return id;
  }

  /**
   * Makes a task template. Equal ones (name, command and classes of arguments) are one version on the server.
   * @throws SkepError template_invalid or name_invalid naming what is wrong.
   */
  getTaskTemplate(options: TaskTemplateOptions): TaskTemplate {
    const template = new TaskTemplate(this, options);
    this.#templates.set(template.templateName, template);
    return template;
  }

  /**
   * Makes an exported function a template whose tasks call it.
   *
   * ```ts
   * export function square({ n, label = 'none' }: { n: number; label?: string | null }) { … }
   * const squares = tool.taskFunction({
   *   module: import.meta.url,
   *   function: square,
   *   arguments: { n: 'int', label: optional('str') },
   * });
   * workflow.addTasks(squares.createTasks({ n: [1, 2, 3] }));
   * ```
   *
   * @throws SkepError argument_invalid, name_invalid or template_invalid naming what is wrong.
   */
  taskFunction<const Kinds extends ArgumentKinds, Custom extends CustomKinds = Record<never, never>>(
    options: TaskFunctionOptions<Kinds, Custom>,
  ): TaskFunction<Kinds, Custom> {
    return new TaskFunction(this, options);
  }

  /** Makes a workflow. It takes over the defaults of this tool where it is not given its own. */
  createWorkflow(options: WorkflowOptions = {}): Workflow {
    return new Workflow(this, options);
  }

  /**
   * Sets the default resources on a cluster from section `tool_resources` of a file.
   * @throws SkepError input_unreadable, input_malformed, or invalid_usage for what the file does not have.
   */
  setDefaultComputeResourcesFromYaml(clusterName: string, yamlFile: string, options: YamlOptions = {}): void {
    const set = (of: Defaults, values: ResourceValues) => of.setDefaultComputeResources(clusterName, values);
    this.#setFromYaml('resources', clusterName, yamlFile, options, set);
  }

  /**
   * Sets the default scales on a cluster from section `tool_scales` of a file.
   * @throws SkepError input_unreadable, input_malformed, or invalid_usage for what the file does not have.
   */
  setDefaultResourceScalesFromYaml(clusterName: string, yamlFile: string, options: YamlOptions = {}): void {
    const set = (of: Defaults, values: ResourceValues) =>
      of.setDefaultResourceScales(clusterName, values as ScaleValues);
    this.#setFromYaml('scales', clusterName, yamlFile, options, set);
  }

  #setFromYaml(
    kind: 'resources' | 'scales',
    clusterName: string,
    yamlFile: string,
    { setTaskTemplates = false, ignoreMissingKeys = false }: YamlOptions,
    set: (of: Defaults, values: ResourceValues) => void,
  ): void {
    const file = readResourceFile(yamlFile);
    const found = [
      { of: this as Defaults, place: `tool_${kind}`, values: toolSection(file, `tool_${kind}`, clusterName) },
    ];
    for (const [name, template] of setTaskTemplates ? this.#templates : []) {
      const section = `task_template_${kind}` as const;
      const values = templateSection(file, section, name, clusterName);
      found.push({ of: template, place: `${section}.${name}`, values });
    }
    const missing = found.filter(({ values }) => values === undefined).map(({ place }) => `${place}.${clusterName}`);
    if (missing.length > 0 && !ignoreMissingKeys) {
      throw new SkepError('invalid_usage', `${yamlFile} has no ${missing.join(', ')}.`);
    }
    for (const { of, values } of found) if (values !== undefined) set(of, values);
  }
}
