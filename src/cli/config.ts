/** `skep config`: its commands and their options. */
import { Command } from 'commander';
import type { ChangeSettingOptions } from './config/set.ts';
import type { ShowConfigOptions } from './config/show.ts';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';

export function configCommand(context: CommandContext): Command {
  const show = withJson(
    new Command('show')
      .description('Show the settings that are in force, and where each comes from.')
      .option('--section <name>', 'only this section')
      .option('--key <name>', 'only this setting: a key of the section, or section.key')
      .action(async (_options: ShowConfigOptions, command: Command) => {
        const { showConfig } = await import('./config/show.ts');
        showConfig(command.optsWithGlobals(), context);
      }),
  );
  const set = withJson(
    new Command('set')
      .description('Change one setting in the configuration file; everything else in it stays as it is.')
      .argument('<key>', 'the setting, such as server.port')
      .argument('<value>', 'its new value')
      .option('--config-file <path>', 'the file (default: $SKEP_CONFIG, else skep.yaml in $XDG_CONFIG_HOME/skep)')
      .action(async (key: string, value: string, _options: ChangeSettingOptions, command: Command) => {
        const { changeSetting } = await import('./config/set.ts');
        changeSetting(key, value, command.optsWithGlobals(), context);
      }),
    'write the change as JSON',
  );
  return new Command('config')
    .description('Look at the configuration, and change it.')
    .addCommand(show)
    .addCommand(set);
}
