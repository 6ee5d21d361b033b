/** Tools: what a group of people runs again and again. Source: client §4. */
import { SkepError } from '../core/errors.ts';
import { type DefaultOptions, Defaults, type ResourceValues, type ScaleValues } from './defaults.ts';
import { checkName } from './names.ts';
import { readResourceFile, templateSection, toolSection } from './resources-yaml.ts';
import { TaskTemplate, type TaskTemplateOptions } from './task-template.ts';
import { Workflow, type WorkflowOptions } from './workflow.ts';

export interface YamlOptions {
  /** Sets the defaults of all templates made so far, too. Default: false. */
  readonly setTaskTemplates?: boolean;
  /** Leaves alone what the file says nothing about, in place of an error. Default: false. */
  readonly ignoreMissingKeys?: boolean;
}

/** Templates and workflows that belong together. Its newest version on the server is used, or a first one is made. */
export class Tool extends Defaults {
  readonly name: string;
  readonly #templates = new Map<string, TaskTemplate>();

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

  /**
   * Makes a task template. Equal ones (name, command and classes of arguments) are one version on the server.
   * @throws SkepError template_invalid or name_invalid naming what is wrong.
   */
  getTaskTemplate(options: TaskTemplateOptions): TaskTemplate {
    const template = new TaskTemplate(this, options);
    this.#templates.set(template.templateName, template);
    return template;
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
