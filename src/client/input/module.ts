/** A module of the user's that exports a workflow. */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf, SkepError } from '../../core/errors.ts';
import { resolveSkepToThisCopy } from '../../core/own-files.ts';
import { Workflow } from '../workflow.ts';
import type { InputOptions, WorkflowInput } from './workflow-input.ts';

/** What a module that exports a function is called with. */
export interface ModuleArguments {
  /** The value of `--args`, if it was given. */
  readonly args: string | undefined;
}

/**
 * Imports a module and takes its workflow: the default export or the export `workflow`, a Workflow or a function
 * (possibly async) that returns one.
 * @throws SkepError input_unreadable (no such file), input_malformed (with the place in the file), invalid_usage.
 */
export async function readModuleWorkflow(path: string, options: InputOptions): Promise<WorkflowInput> {
  if (!existsSync(path)) throw new SkepError('input_unreadable', `Cannot read ${path}: there is no such file.`);
  resolveSkepToThisCopy();
  const exported = await importWorkflow(path);
  let workflow: unknown = exported;
  if (typeof exported === 'function') {
    try {
      workflow = await exported({ args: options.args } satisfies ModuleArguments);
    } catch (cause) {
      throw failure(path, cause);
    }
  } else if (options.args !== undefined && exported instanceof Workflow) {
    const sentence = `${path} exports a workflow whose args are fixed; --args needs a function ({ args }) => workflow.`;
    throw new SkepError('invalid_usage', sentence);
  }
  if (!(workflow instanceof Workflow)) {
    const sentence = `${path} exports ${describe(workflow)} where a workflow is needed (export default workflow).`;
    throw new SkepError('input_malformed', sentence);
  }
  return { workflow, hasFixedArgs: !RANDOM_ARGS.test(workflow.workflowArgs), notes: [], prepare: async () => {} };
}

/** The text that a workflow gets when it is given no args. */
const RANDOM_ARGS = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function importWorkflow(path: string): Promise<unknown> {
  try {
    const module: Record<string, unknown> = await import(pathToFileURL(path).href);
    return module.default ?? module.workflow;
  } catch (cause) {
    throw failure(path, cause);
  }
}

function failure(path: string, cause: unknown): SkepError {
  const place = placeIn(path, cause) ?? path;
  if (cause instanceof SkepError) return new SkepError(cause.code, `${place}: ${cause.message}`, { cause });
  const name = cause instanceof Error && cause.name !== 'Error' ? `${cause.name}: ` : '';
  const sentence = `${place}: ${name}${messageOf(cause).trim()}`.replace(/\.?$/, '.');
  return new SkepError('input_malformed', sentence, { cause });
}

/** `path:line:column` of the innermost frame that lies in the user's file; of a syntax error, the line it names. */
function placeIn(path: string, cause: unknown): string | undefined {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const url = pathToFileURL(path).href;
  for (const name of [url, path]) {
    const index = stack.indexOf(`${name}:`);
    if (index === -1) continue;
    const [, place] = /^:(\d+(?::\d+)?)/.exec(stack.slice(index + name.length)) ?? [];
    if (place !== undefined) return `${fileURLToPath(url)}:${place}`;
  }
  return undefined;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  // A file without any export counts as CommonJS, whose exports are an empty object.
  if (isEmptyObject(value)) return 'nothing';
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'Object'})`;
  return `a ${typeof value}`;
}

function isEmptyObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length > 0) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
