import { requireExtensions } from '../../client/control/extensions.ts';
import { bytesText } from '../../core/figures.ts';
import { shellQuote } from '../../core/shell-quote.ts';
import { SKEP_VERSION } from '../../core/version.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { checkNewFile, writeNewFile } from '../output/new-file.ts';
import { harmless } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { gatherReport } from './gather.ts';
import { reportPage } from './page.ts';

export interface ReportOptions extends CommonOptions {
  readonly workflowId: number;
  /** Path of the file; `-`: stdout. Default: `workflow-ID.html`. */
  readonly output?: string;
  readonly force?: boolean;
}

/** Writes how a workflow stands, or went, into one HTML file. */
export async function writeReport(options: ReportOptions, context: CommandContext): Promise<void> {
  const { workflowId, output: path = `workflow-${workflowId}.html` } = options;
  if (path !== '-') checkNewFile(path, options);
  const data = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'make reports');
    await knownWorkflow(requester, workflowId);
    return gatherReport(requester, workflowId);
  });
  const command = ['skep', ...context.words].map(shellQuote).join(' ');
  const text = reportPage(data, { command, version: SKEP_VERSION });
  if (path === '-') {
    context.output.write(text);
    return;
  }
  writeNewFile(path, text, options);
  const size = bytesText(Buffer.byteLength(text));
  context.output.write(`Report of workflow ${workflowId} written to ${harmless(path)} (${size}).\n`);
}
