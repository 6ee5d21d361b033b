/** Functions of TypeScript or JavaScript modules as tasks. Source: client §15. */
import { type Parameters, shapeOf } from '../../core/argument-kind.ts';
import { type Serializers, serializeArgument } from '../../core/argument-text.ts';
import { SkepError } from '../../core/errors.ts';
import { shellQuote } from '../../core/shell-quote.ts';
import type { ArgumentValues } from '../arguments.ts';
import type { Task } from '../task.ts';
import type { TaskOptions } from '../task-options.ts';
import type { TasksOptions, TaskTemplate, TaskTemplateOptions } from '../task-template.ts';
import type { Tool } from '../tool.ts';
import { commandTemplateOf, fileOf, PLACES, type Places, placesOf } from './command.ts';
import type { ArgumentKinds, CustomKinds, GivenValues, ManyGivenValues, ReceivedValues } from './kinds.ts';
import { functionTaskName, legalTaskName, type NameFunction } from './names.ts';

type TemplateDefaults = Pick<
  TaskTemplateOptions,
  'defaultClusterName' | 'defaultComputeResources' | 'defaultResourceScales' | 'yamlFile'
>;

/** The function whose calls are tasks, and what they ask for. */
export interface TaskFunctionOptions<Kinds extends ArgumentKinds, Custom extends CustomKinds> extends TemplateDefaults {
  /**
   * The file that exports the function: its path, or `import.meta.url`. Every task imports it, so that a module with little
   * beside the function starts fast, and one that makes the workflow, too, makes it again in every task.
   */
  readonly module: string;
  /** The exported function, or its name. It is called with an object of the arguments, and awaited. */
  readonly function: string | ((values: ReceivedValues<Kinds, Custom>) => unknown);
  /** The function's arguments and their kinds, such as `{ n: 'int', label: optional('str'), parts: listOf('float') }`. */
  readonly arguments: Kinds;
  /** Kinds of your own: exports of the module, by their names there. They come before built-in kinds of the same name. */
  readonly serializers?: Custom;
  /** Default: the name of the function. Functions of one name in several modules need different ones. */
  readonly templateName?: string;
  /** Arguments that a task's name shows. Default: all. */
  readonly namingArgs?: readonly (keyof Kinds & string)[];
  /** Makes the names of tasks. What is illegal in a name is replaced. Default: `square:n=3:label=x`. */
  readonly nameFunction?: NameFunction;
  /** Attempts of its tasks until one counts as failed. Default: that of the workflow. */
  readonly maxAttempts?: number;
  /**
   * How a shell starts what calls functions where the tasks run, such as `skep worker function`. Does not tell tasks apart.
   * Default: that of the copy of Skep that makes the tasks, by its path.
   */
  readonly executable?: string;
}

/** A function whose calls are tasks. Made by {@link Tool.taskFunction}. */
export class TaskFunction<Kinds extends ArgumentKinds = ArgumentKinds, Custom extends CustomKinds = CustomKinds> {
  readonly functionName: string;
  readonly template: TaskTemplate;
  readonly #parameters: Parameters;
  readonly #serializers: Serializers;
  readonly #places: Places;
  readonly #maxAttempts: number | undefined;

  constructor(tool: Tool, options: TaskFunctionOptions<Kinds, Custom>) {
    this.functionName = nameOf(options.function);
    this.#serializers = options.serializers ?? {};
    this.#parameters = this.#checkedParameters(options.arguments);
    this.#maxAttempts = options.maxAttempts;
    const moduleFile = fileOf(options.module);
    this.#places = placesOf(moduleFile, options.executable);
    this.template = tool.getTaskTemplate({
      templateName: options.templateName ?? this.functionName,
      commandTemplate: commandTemplateOf(moduleFile, this.functionName, this.#parameters),
      nodeArgs: [...this.#parameters.keys()],
      opArgs: PLACES,
      nameTask: this.#namer(options),
      ...defaultsOf(options),
    });
  }

  /**
   * Makes the task that calls the function with these values. Nothing is sent; add it to a workflow.
   * @throws SkepError argument_invalid naming the argument that is missing, unknown, or not of its kind.
   */
  createTask(values: GivenValues<Kinds, Custom>, options: TaskOptions = {}): Task {
    this.#checkNames(values, this.#parameters.keys());
    const words = Array.from(this.#parameters.keys(), (name) => [name, this.#word(name, valueAt(values, name))]);
    return this.template.createTask({ ...Object.fromEntries(words), ...this.#places }, this.#withAttempts(options));
  }

  /**
   * Makes a task for every combination of the values, the last argument varying fastest; together they form one array. An
   * array is many values: an argument that is a list itself needs a list of lists.
   * @throws SkepError as {@link createTask}; node_duplicate when an argument has a value twice.
   */
  createTasks(values: ManyGivenValues<Kinds, Custom>, options: TasksOptions = {}): Task[] {
    this.#checkNames(values, this.#parameters.keys());
    const words = Array.from(this.#parameters.keys(), (name) => [name, this.#words(name, valueAt(values, name))]);
    return this.template.createTasks({ ...Object.fromEntries(words), ...this.#places }, this.#withAttempts(options));
  }

  /**
   * Values of some arguments as the node arguments of the tasks have them; an array is many values.
   * @throws SkepError argument_invalid naming an argument that is unknown or not of its kind.
   */
  nodeArgsOf(values: Partial<ManyGivenValues<Kinds, Custom>>): Record<string, readonly string[]> {
    this.#checkNames(values, []);
    return Object.fromEntries(
      Object.keys(values).map((name) => [name, this.#words(name, valueAt(values, name))] as const),
    );
  }

  #checkedParameters(kinds: ArgumentKinds): Parameters {
    const custom = Object.keys(this.#serializers);
    const stray = custom.find((name) => !IDENTIFIER.test(name));
    if (stray !== undefined) {
      throw new SkepError(
        'argument_invalid',
        `The serializer ${stray} of ${this.functionName} has no name of an export.`,
      );
    }
    const shapes = Object.entries(kinds).map(
      ([name, kind]) => [name, shapeOf(kind, custom, this.#owner(name))] as const,
    );
    return new Map(shapes);
  }

  #namer({ namingArgs, nameFunction = functionTaskName }: TaskFunctionOptions<Kinds, Custom>) {
    const names = namingArgs ?? [...this.#parameters.keys()];
    const unknown = names.find((name) => !this.#parameters.has(name));
    if (unknown !== undefined) throw this.#unknown(unknown);
    return (words: Readonly<Record<string, string>>) => {
      const texts = names.map((name) => [name, unquoted(words[name] as string)] as const);
      return legalTaskName(nameFunction(this.functionName, Object.fromEntries(texts)));
    };
  }

  #checkNames(values: object, required: Iterable<string>): void {
    const unknown = Object.keys(values).find((name) => !this.#parameters.has(name));
    if (unknown !== undefined) throw this.#unknown(unknown);
    for (const name of required) {
      if (valueAt(values, name) !== undefined || this.#parameters.get(name)?.isOptional) continue;
      throw new SkepError('argument_invalid', `${this.#owner(name)} is missing.`);
    }
  }

  /** A value as one word of a shell. */
  #word(name: string, value: unknown): string {
    const kind = this.#parameters.get(name);
    if (kind === undefined) throw this.#unknown(name);
    return shellQuote(serializeArgument(kind, value, this.#serializers, this.#owner(name)));
  }

  #words(name: string, value: unknown): string[] {
    return (Array.isArray(value) ? value : [value]).map((each) => this.#word(name, each));
  }

  #withAttempts<Options extends { readonly maxAttempts?: number | undefined }>(options: Options): Options {
    return { ...options, maxAttempts: options.maxAttempts ?? this.#maxAttempts };
  }

  #owner(name: string): string {
    return `Argument ${name} of ${this.functionName}`;
  }

  #unknown(name: string): SkepError {
    return new SkepError('argument_invalid', `The function ${this.functionName} has no argument ${name}.`);
  }
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function nameOf(exported: string | { readonly name: string }): string {
  const name = typeof exported === 'string' ? exported : exported.name;
  if (IDENTIFIER.test(name)) return name;
  throw new SkepError(
    'name_invalid',
    `A task function is called ${JSON.stringify(name)}: pass the name of its export.`,
  );
}

function valueAt(values: object, name: string): unknown {
  return Object.hasOwn(values, name) ? (values as ArgumentValues)[name] : undefined;
}

function defaultsOf<Kinds extends ArgumentKinds, Custom extends CustomKinds>({
  defaultClusterName,
  defaultComputeResources,
  defaultResourceScales,
  yamlFile,
}: TaskFunctionOptions<Kinds, Custom>): TemplateDefaults {
  return {
    ...(defaultClusterName !== undefined && { defaultClusterName }),
    ...(defaultComputeResources !== undefined && { defaultComputeResources }),
    ...(defaultResourceScales !== undefined && { defaultResourceScales }),
    ...(yamlFile !== undefined && { yamlFile }),
  };
}

/** The text of a word that `shellQuote` made. */
function unquoted(word: string): string {
  return word.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word;
}
