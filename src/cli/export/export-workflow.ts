import { statSync } from 'node:fs';
import { requireExtensions } from '../../client/control/extensions.ts';
import { SkepError } from '../../core/errors.ts';
import { bytesText } from '../../core/figures.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { checkNewFile } from '../output/new-file.ts';
import { harmless } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { EXPORT_FORMATS, type ExportFormat, type ExportFormatName } from './formats.ts';
import { checkCratePlace, writeCrate } from './ro-crate/crate.ts';
import { type Sink, writeToFile, writeToStream } from './sink.ts';

export interface ExportOptions extends CommonOptions {
  readonly workflowId?: number;
  readonly format: ExportFormatName;
  /** Path of the file; `-`: stdout. Default: that of the format. */
  readonly output?: string;
  readonly force?: boolean;
  /** A trace: numbers for programs. */
  readonly raw?: boolean;
  /** A crate: address or SPDX identifier of its licence, and the file that described the workflow. */
  readonly license?: string;
  readonly workflowFile?: string;
}

/** Writes a workflow, and how it went, in a form that other systems read. */
export async function exportWorkflow(
  id: number | undefined,
  options: ExportOptions,
  context: CommandContext,
): Promise<void> {
  const workflowId = theOne(id, options.workflowId);
  const format: ExportFormat = EXPORT_FORMATS[options.format];
  const path = options.output ?? format.defaultOutput(workflowId);
  const { write } = format;
  const crate = { ...options, now: context.clock.now() };
  if (write === undefined) checkCratePlace(path, crate);
  else if (path !== '-') checkNewFile(path, options);
  const notes = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'export workflows');
    if (write === undefined) return writeCrate(requester, workflowId, path, crate);
    const writeText = (sink: Sink) => write(requester, workflowId, sink, options);
    return path === '-' ? writeToStream(context.output, writeText) : writeToFile(path, options, writeText);
  });
  for (const note of notes) context.errors.write(`${harmless(note)}\n`);
  if (path === '-') return;
  const written = statSync(path);
  const size = written.isFile() ? ` (${bytesText(written.size)})` : '';
  context.output.write(`Workflow ${workflowId} written to ${harmless(path)}${size}.\n`);
}

function theOne(argument: number | undefined, option: number | undefined): number {
  const id = argument ?? option;
  if (id === undefined) throw new SkepError('invalid_usage', 'Say which workflow: skep workflow export ID.');
  if (argument !== undefined && option !== undefined && argument !== option) {
    throw new SkepError('invalid_usage', `Workflow ${argument} or ${option}? Only one can be exported at a time.`);
  }
  return id;
}
