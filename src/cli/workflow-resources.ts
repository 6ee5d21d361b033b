/** `skep workflow resources`: its commands and their options. */
import { Command, Option } from 'commander';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';
import { fraction, idList, nodeArguments, positiveInteger } from './parse-options.ts';
import type { ResourceUsageOptions } from './views/resource-usage.ts';
import type { ResourceYamlOptions } from './views/resource-yaml.ts';

const STRATEGIES = ['avg', 'min', 'max'];

export function resourcesCommand(context: CommandContext): Command {
  return new Command('resources')
    .description('What tasks used, and what the next ones should ask for.')
    .addCommand(usageCommand(context))
    .addCommand(yamlCommand(context));
}

function usageCommand(context: CommandContext): Command {
  return withJson(
    new Command('usage')
      .description('Show the memory and run time that the attempts of a task template used.')
      .requiredOption('-t, --template-version <id>', 'the version of the template', positiveInteger)
      .option('-w, --workflow-id <ids...>', 'only in these workflows', idList)
      .option(
        '-a, --node-args <json>',
        `only with these node arguments, such as '{"year": [2020, 2021]}'`,
        nodeArguments,
      )
      .option('--confidence <level>', 'also an interval of confidence, such as 0.95', fraction)
      .action(async (_options: ResourceUsageOptions, command: Command) => {
        const { showResourceUsage } = await import('./views/resource-usage.ts');
        await showResourceUsage(command.optsWithGlobals(), context);
      }),
    'write the statistics as JSON',
  );
}

function yamlCommand(context: CommandContext): Command {
  const strategy = (name: string, what: string, usual: string) =>
    new Option(`--${name}-strategy <which>`, `${what} of the attempts to write down`)
      .choices(STRATEGIES)
      .default(usual);
  return withJson(
    new Command('yaml')
      .description('Write a resource file of what the templates of a workflow, or of one task, used.')
      .option('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .addOption(new Option('-t, --task-id <id>', 'or the task').argParser(positiveInteger).conflicts('workflowId'))
      .addOption(strategy('mem', 'memory', 'avg'))
      .addOption(strategy('core', 'cores', 'avg'))
      .addOption(strategy('runtime', 'run time', 'max'))
      .option('-c, --cluster <names...>', 'clusters to write it for (default: multiprocess)')
      .option('-f, --file <path>', 'write it to this file')
      .option('--stdout', 'write it to stdout: what happens without --file')
      .action(async (_options: ResourceYamlOptions, command: Command) => {
        const { showResourceYaml } = await import('./views/resource-yaml.ts');
        await showResourceYaml(command.optsWithGlobals(), context);
      }),
    'write the resources as JSON',
  );
}
