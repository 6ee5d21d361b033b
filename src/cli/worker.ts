/** `skep worker`: what the commands of tasks start. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';

interface FunctionOptions {
  readonly module: string;
  readonly function: string;
  readonly parameters: string;
}

export function workerCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const callFunction = new Command('function')
    .description('Call an exported function of a module, as the tasks of a task function do.')
    .argument('[values...]', 'name=value of each parameter')
    .requiredOption('--module <path>', 'the module')
    .requiredOption('--function <name>', 'the name of its export')
    .option('--parameters <kinds>', 'names and kinds of the parameters, such as n:int,labels:list-str', '')
    .action(async (words: string[], options: FunctionOptions) => {
      const { runFunction } = await import('../worker/function/run-function.ts');
      finish(await runFunction({ ...options, words }, context.errors));
    });
  return new Command('worker').description('Run what tasks consist of.').addCommand(callFunction);
}
