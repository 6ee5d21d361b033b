/** Calling a function of a module, as the command of a task does. Source: client §15. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { type Parameters, parseParameters } from '../../core/argument-kind.ts';
import { deserializeArgument, type Serializers } from '../../core/argument-text.ts';
import { SkepError } from '../../core/errors.ts';
import { resolveSkepToThisCopy } from '../../core/own-files.ts';

export interface FunctionCall {
  /** Path of the module. */
  readonly module: string;
  /** Name of its export. */
  readonly function: string;
  /** Names and kinds of the arguments, see {@link parseParameters}. */
  readonly parameters: string;
  /** `name=text` of each argument. */
  readonly words: readonly string[];
}

const FAILED = 1;

/**
 * Calls the function and waits for what it returns.
 * @param errors is told what the module or the function throws.
 * @returns the exit code: 0, or 1 when the module or the function failed.
 * @throws SkepError input_unreadable, invalid_usage or argument_invalid naming what is wrong with the call; then the
 * function was not called.
 */
export async function runFunction(call: FunctionCall, errors: NodeJS.WritableStream): Promise<number> {
  const parameters = parseParameters(call.parameters);
  const texts = textsOf(call, parameters);
  if (!existsSync(call.module)) {
    throw new SkepError('input_unreadable', `Cannot read the module ${call.module}: there is no such file.`);
  }
  try {
    const module = await importModule(call.module);
    const target = functionOf(call, module);
    const values = valuesOf(call, parameters, texts, module as Serializers);
    await attempt(() => target(values));
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    errors.write(`${inspect(error.cause)}\n`);
    return FAILED;
  }
}

/** Something that the user's code threw, whatever it is. */
class Failure extends Error {}

async function attempt<Value>(action: () => Value): Promise<Awaited<Value>> {
  try {
    return await action();
  } catch (cause) {
    throw new Failure('the code of the user failed', { cause });
  }
}

function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  resolveSkepToThisCopy();
  return attempt(() => import(pathToFileURL(resolve(path)).href));
}

function functionOf(call: FunctionCall, module: Readonly<Record<string, unknown>>): (values: unknown) => unknown {
  const target = Object.hasOwn(module, call.function) ? module[call.function] : undefined;
  if (typeof target === 'function') return target as (values: unknown) => unknown;
  throw new SkepError('invalid_usage', `${call.module} exports no function ${call.function}.`);
}

/** Parameter name → text. @throws SkepError invalid_usage unless there is exactly one text for each parameter. */
function textsOf(call: FunctionCall, parameters: Parameters): Map<string, string> {
  const texts = new Map<string, string>();
  for (const word of call.words) {
    const end = word.indexOf('=');
    const name = end < 0 ? word : word.slice(0, end);
    if (end < 0) throw new SkepError('invalid_usage', `The word ${name} is no argument: it must read name=value.`);
    if (!parameters.has(name)) {
      throw new SkepError('invalid_usage', `The function ${call.function} has no argument ${name}.`);
    }
    if (texts.has(name)) throw new SkepError('invalid_usage', `The argument ${name} is given twice.`);
    texts.set(name, word.slice(end + 1));
  }
  const missing = [...parameters.keys()].filter((name) => !texts.has(name));
  if (missing.length === 0) return texts;
  throw new SkepError('invalid_usage', `The function ${call.function} is given no ${missing.join(', ')}.`);
}

/** What was left out is no property, so that the function's own default counts. */
function valuesOf(
  call: FunctionCall,
  parameters: Parameters,
  texts: ReadonlyMap<string, string>,
  serializers: Serializers,
): Record<string, unknown> {
  const entries = Array.from(parameters, ([name, kind]) => {
    const owner = `Argument ${name} of ${call.function}`;
    return [name, deserializeArgument(kind, texts.get(name) as string, serializers, owner)] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
