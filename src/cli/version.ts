/** `skep version`. */
import { Command } from 'commander';
import { PROTOCOL_VERSION, SKEP_VERSION } from '../core/version.ts';
import type { CommandContext, CommonOptions } from './context.ts';
import { withJson } from './json-option.ts';
import { writeJson } from './views/write.ts';

interface VersionOptions extends CommonOptions {
  readonly components?: boolean;
  readonly json?: boolean;
}

export function versionCommand(context: CommandContext): Command {
  return withJson(
    new Command('version')
      .description('Show the version.')
      .option('--components', 'also of the protocol that it speaks, and of what it runs on')
      .action((_options: VersionOptions, command: Command) => showVersion(command.optsWithGlobals(), context)),
    'write the versions as JSON',
  );
}

function showVersion(options: VersionOptions, context: CommandContext): void {
  const versions = {
    skep: SKEP_VERSION,
    ...(options.components && {
      protocol: PROTOCOL_VERSION,
      node: process.versions.node,
      sqlite: process.versions.sqlite ?? 'none',
    }),
  };
  if (options.json) writeJson(versions, context);
  else for (const [name, version] of Object.entries(versions)) context.output.write(`${name} ${version}\n`);
}
