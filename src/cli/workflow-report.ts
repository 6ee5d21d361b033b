/** `skep workflow report`: its options. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { positiveInteger } from './parse-options.ts';
import type { ReportOptions } from './report/write-report.ts';

export function reportCommand(context: CommandContext): Command {
  return new Command('report')
    .description('Write how a workflow stands, or went, into one HTML file that needs nothing else.')
    .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
    .option('-o, --output <file>', 'the file; - is stdout (default: workflow-ID.html)')
    .option('--force', 'replace a file that is there')
    .action(async (_options: ReportOptions, command: Command) => {
      const { writeReport } = await import('./report/write-report.ts');
      await writeReport(command.optsWithGlobals(), context);
    });
}
