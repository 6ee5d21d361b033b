/** `skep server`: its commands and their options. */
import { Command } from 'commander';
import { clusterCommand } from './cluster.ts';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';
import { integerFrom } from './parse-options.ts';
import type { CopyOptions } from './server/copy.ts';
import type { ReapOptions } from './server/reap.ts';
import type { ServeOptions } from './server/serve.ts';
import { auditCommand, tokenCommand } from './token.ts';

export function serverCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const start = new Command('start')
    .description('Serve until SIGTERM or Ctrl-C.')
    .option('--port <n>', 'port to listen on (default: any free one)', integerFrom(0))
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--auth <mode>', 'token (default), or none: every process that reaches the port is trusted')
    .action(async (_options: ServeOptions, command: Command) => {
      const { serve } = await import('./server/serve.ts');
      finish(await serve(command.optsWithGlobals(), context));
    });
  const reap = withJson(
    new Command('reap')
      .description('End runs that stopped reporting now, instead of at the next search of the server, and say which.')
      .action(async (_options: ReapOptions, command: Command) => {
        const { reapNow } = await import('./server/reap.ts');
        await reapNow(command.optsWithGlobals(), context);
      }),
    'write what was ended as JSON',
  );
  const copy = new Command('copy')
    .description(
      'Copy all workflows from a file of SQLite to an empty PostgreSQL database; no server may use the file.',
    )
    .requiredOption('--from <file>', 'the database file, with or without sqlite: before it')
    .option('--to <address>', 'postgres://user@host:port/name (default: database.url, which others cannot see in ps)')
    .action(async (_options: CopyOptions, command: Command) => {
      const { copy } = await import('./server/copy.ts');
      await copy(command.optsWithGlobals(), context);
    });
  return new Command('server')
    .description('The server that workflows run against.')
    .addCommand(start)
    .addCommand(reap)
    .addCommand(copy)
    .addCommand(clusterCommand(context))
    .addCommand(tokenCommand(context))
    .addCommand(auditCommand(context));
}
