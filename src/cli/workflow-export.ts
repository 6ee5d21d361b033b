/** `skep workflow export`: its options. */
import { Command, Option } from 'commander';
import type { CommandContext } from './context.ts';
import type { ExportOptions } from './export/export-workflow.ts';
import { EXPORT_FORMATS } from './export/formats.ts';
import { positiveInteger } from './parse-options.ts';

export function exportCommand(context: CommandContext): Command {
  const formats = Object.entries(EXPORT_FORMATS);
  return new Command('export')
    .description('Write a workflow, and how it went, in a form that other systems read.')
    .argument('[id]', 'the workflow', positiveInteger)
    .option('-w, --workflow-id <id>', 'the same', positiveInteger)
    .addOption(
      new Option('--format <name>', formats.map(([name, { description }]) => `${name}: ${description}`).join('; '))
        .choices(formats.map(([name]) => name))
        .makeOptionMandatory(),
    )
    .option('-o, --output <path>', 'where to write it; - is stdout (default: a name made of the id)')
    .option('--force', 'replace what is there')
    .option('--raw', 'trace: milliseconds and bytes, for programs')
    .option('--license <id>', 'ro-crate: SPDX identifier or address of its licence')
    .option('--workflow-file <file>', 'ro-crate: the file that described the workflow (default: its WfFormat document)')
    .action(async (id: number | undefined, _options: ExportOptions, command: Command) => {
      const { exportWorkflow } = await import('./export/export-workflow.ts');
      await exportWorkflow(id, command.optsWithGlobals(), context);
    });
}
