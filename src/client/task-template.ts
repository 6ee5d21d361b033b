/** Task templates: a command with placeholders, and the tasks made of it. Source: client §5, §8, §11.2. */
import type { Requester } from '../api/requester.ts';
import { type CommandTemplate, compileTemplate } from '../core/command-template.ts';
import { SkepError } from '../core/errors.ts';
import {
  type ArgumentValues,
  argumentText,
  checkArgumentNames,
  checkClasses,
  combinations,
  valuesOf,
} from './arguments.ts';
import { type ArrayOptions, TaskArray } from './array.ts';
import { type BoundTemplate, bindTemplates } from './binding/templates.ts';
import {
  ANY_CLUSTER,
  checkMaxAttempts,
  copyOf,
  DEFAULT_CLUSTER,
  Defaults,
  type ResourceValues,
  type ScaleValues,
} from './defaults.ts';
import { checkName, checkTaskName, defaultTaskName } from './names.ts';
import { Node } from './node.ts';
import { type TemplateUsage, type TemplateUsageOptions, taskTemplateResources } from './queries/template-usage.ts';
import { ResourceScales } from './resources/scales.ts';
import { readResourceFile, templateSection } from './resources-yaml.ts';
import { Task } from './task.ts';
import type { OwnOptions, SharedOptions, TaskOptions } from './task-options.ts';
import type { Tool } from './tool.ts';

/** A command with placeholders, the class of each, and what its tasks ask for. */
export interface TaskTemplateOptions {
  readonly templateName: string;
  /** Shell command with a placeholder `{name}` for each argument; `{{` and `}}` are braces. Values are not quoted. */
  readonly commandTemplate: string;
  /** Arguments that tell the template's tasks apart. Default: none. */
  readonly nodeArgs?: readonly string[];
  /** Arguments that make the same place in the dag another task when they change. Default: none. */
  readonly taskArgs?: readonly string[];
  /** Arguments that change how, not what, is computed: paths of programs and the like. Default: none. */
  readonly opArgs?: readonly string[];
  readonly defaultClusterName?: string;
  /** Resources of its tasks on the default cluster, or on any if it names none. */
  readonly defaultComputeResources?: ResourceValues;
  /** Scales of its tasks on the default cluster, or on any if it names none. */
  readonly defaultResourceScales?: ScaleValues;
  /** File with the defaults that are not given here, see {@link readResourceFile}. */
  readonly yamlFile?: string;
  /** Kept with the template as peers keep it. Tasks do not take it: give it to the tasks or to the workflow. */
  readonly maxAttempts?: number;
  /** Names tasks that are given no name, by the texts of their node arguments. Default: template name and those texts. */
  readonly nameTask?: (nodeArgs: Readonly<Record<string, string>>) => string;
}

/** Options of many tasks at once: those of the array that they form, and some that each of them has. */
export type TasksOptions = ArrayOptions & Pick<TaskOptions, 'upstreamTasks' | 'maxAttempts' | 'fallbackQueues'>;

const NO_OPTIONS: SharedOptions = Object.freeze({});

/** One version of a task template. Made by {@link Tool.getTaskTemplate}. */
export class TaskTemplate extends Defaults {
  readonly tool: Tool;
  readonly templateName: string;
  readonly command: CommandTemplate;
  readonly nodeArgs: readonly string[];
  readonly taskArgs: readonly string[];
  readonly opArgs: readonly string[];
  /** Equal for templates that are one version to the server: same name, command and classes. */
  readonly identity: string;
  readonly #nameTask: TaskTemplateOptions['nameTask'];
  #bound: (BoundTemplate & { readonly requester: Requester }) | undefined;

  constructor(tool: Tool, options: TaskTemplateOptions) {
    super();
    const { templateName, commandTemplate, nodeArgs = [], taskArgs = [], opArgs = [] } = options;
    this.tool = tool;
    this.templateName = checkName('task template', templateName);
    this.command = compileTemplate(commandTemplate);
    checkClasses(templateName, this.command, { nodeArgs, taskArgs, opArgs });
    this.nodeArgs = [...nodeArgs];
    this.taskArgs = [...taskArgs];
    this.opArgs = [...opArgs];
    this.#nameTask = options.nameTask;
    const classes = [nodeArgs, taskArgs, opArgs].map((names) => [...names].sort());
    this.identity = JSON.stringify([templateName, commandTemplate.trim(), ...classes]);
    this.#setDefaults(options);
  }

  /** Names of all arguments, in the order of their first appearance in the command. */
  get templateArgs(): readonly string[] {
    return this.command.placeholders;
  }

  get isBound(): boolean {
    return this.#bound !== undefined;
  }

  /** The server's id of the template, which its versions share. @throws SkepError not_bound */
  get templateId(): number {
    return this.#server().templateId;
  }

  /** The server's id of this version. @throws SkepError not_bound */
  get versionId(): number {
    return this.#server().versionId;
  }

  /** Argument name → the server's id. @throws SkepError not_bound */
  get argumentIds(): ReadonlyMap<string, number> {
    return this.#server().argumentIds;
  }

  /** Makes it known to a server, or finds it there; binding a workflow does that with the templates of its tasks. */
  async bind(requester: Requester): Promise<void> {
    if (this.#bound) return;
    const bound = await bindTemplates(requester, [this], new Map());
    this.joinServer(requester, bound.get(this) as BoundTemplate);
  }

  /**
   * Statistics of what the tasks of this version used, in all workflows or some, for all node arguments or some.
   * @throws SkepError not_bound. Source: client §13.3.
   */
  async resourceUsage(options: TemplateUsageOptions = {}): Promise<TemplateUsage> {
    const { requester, versionId } = this.#server();
    return taskTemplateResources(requester, versionId, options);
  }

  /**
   * Makes a task. Nothing is sent; add it to a workflow.
   * @param args a value for every placeholder. Their order is that of the parts of a default name.
   * @throws SkepError argument_invalid, name_invalid or scale_invalid naming the offender.
   */
  createTask(args: ArgumentValues, options: TaskOptions = {}): Task {
    checkArgumentNames(this.templateName, this.command, args);
    const { name, upstreamTasks, taskAttributes, ...shared } = options;
    return this.#makeTask(args, { name, upstreamTasks, taskAttributes }, this.#kept(shared));
  }

  /**
   * Makes a task for every combination of the node arguments' values, the last one varying fastest; together they form one
   * array. A list (or any other iterable but a string) is many values of a node argument, anything else is one. A template
   * without node arguments makes one task.
   * @param options.name name of the array; the tasks have their default names.
   * @throws SkepError as {@link createTask}; node_duplicate when a node argument lists a value twice.
   */
  createTasks(args: ArgumentValues, options: TasksOptions = {}): Task[] {
    checkArgumentNames(this.templateName, this.command, args);
    const { upstreamTasks, maxAttempts, fallbackQueues, ...ofArray } = options;
    const array = new TaskArray(this, ofArray);
    const own = { upstreamTasks: upstreamTasks && [...upstreamTasks] };
    const shared = this.#kept({ maxAttempts, fallbackQueues });
    const isNodeArg = ([name]: readonly [string, unknown]) => this.nodeArgs.includes(name);
    const fixed = Object.fromEntries(Object.entries(args).filter((entry) => !isNodeArg(entry)));
    const varying = Object.entries(args)
      .filter(isNodeArg)
      .map(([name, value]) => [name, this.#distinctValues(name, value)] as const);
    return Array.from(combinations(varying), (nodeArgs) => {
      const task = this.#makeTask({ ...nodeArgs, ...fixed }, own, shared);
      array.add(task);
      return task;
    });
  }

  /** Called by the binding with the server's ids. */
  joinServer(requester: Requester, bound: BoundTemplate): void {
    this.#bound = { ...bound, requester };
  }

  #server(): BoundTemplate & { readonly requester: Requester } {
    if (this.#bound !== undefined) return this.#bound;
    throw new SkepError('not_bound', `Template ${this.templateName} has no id before it, or a workflow, is bound.`);
  }

  #makeTask(args: ArgumentValues, own: OwnOptions, shared: SharedOptions): Task {
    const textOfArgument = (name: string) => argumentText(this.templateName, name, args[name]);
    return new Task({
      node: new Node(this, this.nodeArgs.map(textOfArgument)),
      taskArgumentTexts: this.taskArgs.map(textOfArgument),
      command: this.command.expand(args),
      defaultName: () => this.#nameOf(args),
      own,
      shared,
    });
  }

  #nameOf(args: ArgumentValues): string {
    const texts = this.#namingArguments(args);
    return this.#nameTask
      ? checkTaskName(this.#nameTask(Object.fromEntries(texts)))
      : defaultTaskName(this.templateName, texts);
  }

  /** Checked options that no later change by the user reaches; most tasks have none and share one object. */
  #kept(options: SharedOptions): SharedOptions {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    if (given.length === 0) return NO_OPTIONS;
    const kept: SharedOptions = copyOf(Object.fromEntries(given));
    if (kept.maxAttempts !== undefined) checkMaxAttempts(kept.maxAttempts, `a task of template ${this.templateName}`);
    if (kept.resourceScales !== undefined) ResourceScales.from(kept.resourceScales);
    return kept;
  }

  *#namingArguments(args: ArgumentValues): Generator<readonly [string, string]> {
    for (const name of Object.keys(args)) {
      if (this.nodeArgs.includes(name)) yield [name, argumentText(this.templateName, name, args[name])];
    }
  }

  #distinctValues(name: string, value: unknown): unknown[] {
    const values = valuesOf(value);
    const texts = new Set<string>();
    for (const each of values) {
      const text = argumentText(this.templateName, name, each);
      if (texts.has(text)) {
        throw new SkepError(
          'node_duplicate',
          `Node argument ${name} of template ${this.templateName} lists the value ${text} twice.`,
        );
      }
      texts.add(text);
    }
    return values;
  }

  #setDefaults({
    defaultClusterName,
    defaultComputeResources,
    defaultResourceScales,
    yamlFile,
    maxAttempts,
  }: TaskTemplateOptions): void {
    const named = defaultClusterName ?? ANY_CLUSTER;
    this.setDefaultClusterName(named);
    if (defaultComputeResources !== undefined) this.setDefaultComputeResources(named, defaultComputeResources);
    if (defaultResourceScales !== undefined) this.setDefaultResourceScales(named, defaultResourceScales);
    if (maxAttempts !== undefined) this.setDefaultMaxAttempts(maxAttempts);
    if (yamlFile === undefined) return;
    const file = readResourceFile(yamlFile);
    const clusterName = defaultClusterName || this.tool.defaultClusterName || DEFAULT_CLUSTER;
    const resources = templateSection(file, 'task_template_resources', this.templateName, clusterName);
    if (defaultComputeResources === undefined && resources) this.setDefaultComputeResources(clusterName, resources);
    const scales = templateSection(file, 'task_template_scales', this.templateName, clusterName);
    if (defaultResourceScales === undefined && scales)
      this.setDefaultResourceScales(clusterName, scales as ScaleValues);
  }
}
