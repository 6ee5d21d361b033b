/** The command that calls a function: the same text wherever the program and the module lie. Source: client §15. */
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Parameters, parametersText } from '../../core/argument-kind.ts';
import { SkepError } from '../../core/errors.ts';
import { ownFile } from '../../core/own-files.ts';
import { shellQuote } from '../../core/shell-quote.ts';

/** Op arguments of the command: where things lie does not tell tasks apart. */
export const PLACES = ['function_runner', 'module_directory'] as const;
export type Places = Readonly<Record<(typeof PLACES)[number], string>>;

/** `parameters` are placeholders of their names, whose values must be words of a shell. */
export function commandTemplateOf(moduleFile: string, functionName: string, parameters: Parameters): string {
  const options = [
    ...['--module', `{module_directory}/${literal(basename(moduleFile))}`],
    ...['--function', literal(functionName)],
    ...['--parameters', literal(parametersText(parameters))],
  ];
  const values = Array.from(parameters.keys(), (name) => `${name}={${name}}`);
  return ['{function_runner}', ...options, ...values].join(' ');
}

/** @param runner shell text that starts what calls functions; default: that of this very copy of Skep. */
export function placesOf(moduleFile: string, runner = ownRunner()): Places {
  return { function_runner: runner, module_directory: shellQuote(dirname(moduleFile)) };
}

/**
 * The file of a module, given by its path or as `import.meta.url`.
 * @throws SkepError argument_invalid for an address that is no file.
 */
export function fileOf(module: string): string {
  if (!/^[a-z]+:/.test(module)) return resolve(module);
  if (module.startsWith('file://')) return fileURLToPath(module);
  throw new SkepError('argument_invalid', `The module ${module} of a task function is no file.`);
}

function literal(text: string): string {
  return shellQuote(text).replace(/[{}]/g, '$&$&');
}

/** Not the command line, whose start takes longer than many a function. */
function ownRunner(): string {
  return [process.execPath, ownFile('worker/function/main.ts')].map(shellQuote).join(' ');
}
