import { type Command, Option } from 'commander';

/** Adds `--json`, and `-o json` as peers write it. */
export function withJson(command: Command, what = 'write rows as JSON'): Command {
  return command
    .option('--json', what)
    .addOption(new Option('-o, --output <format>').choices(['table', 'json']).hideHelp())
    .hook('preAction', (called) => {
      if (called.opts().output === 'json') called.setOptionValue('json', true);
    });
}
