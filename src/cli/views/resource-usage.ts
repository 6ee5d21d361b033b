import { type TemplateUsage, taskTemplateResources } from '../../client/queries/template-usage.ts';
import { formatDuration } from '../../core/units.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { plural } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson, writeTable } from './write.ts';

export interface ResourceUsageOptions extends CommonOptions {
  readonly templateVersion: number;
  readonly workflowId?: number[];
  readonly nodeArgs?: Record<string, string[]>;
  readonly confidence?: number;
  readonly json?: boolean;
}

/** Memory and run time that the attempts of a task template used. */
export async function showResourceUsage(options: ResourceUsageOptions, context: CommandContext): Promise<void> {
  const { templateVersion, workflowId: workflows, nodeArgs, confidence: ci } = options;
  const usage = await withServer(options, context, (requester) =>
    taskTemplateResources(requester, templateVersion, { workflows, nodeArgs, ci }),
  );
  if (options.json) {
    writeJson(usage, context);
    return;
  }
  const { num_tasks: attempts } = usage;
  if (attempts === null || attempts === 0) {
    const reason = attempts === null ? 'has no task, or does not exist' : 'has no such attempt that ended';
    context.output.write(`Version ${templateVersion} ${reason}.\n`);
    return;
  }
  context.output.write(`${plural(attempts, 'attempt')} of template version ${templateVersion}\n`);
  const titles = ['', 'MIN', 'MEAN', 'MEDIAN', 'MAX', ...(ci === undefined ? [] : [`${ci * 100} % CONFIDENCE`])];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ('left' as const) : ('right' as const),
  }));
  const rows = [memoryRow(usage), runtimeRow(usage)].map((row) => row.slice(0, titles.length));
  writeTable(columns, rows, context);
}

function memoryRow({
  min_mem: min,
  mean_mem: mean,
  median_mem: median,
  max_mem: max,
  ci_mem: ci,
}: TemplateUsage): string[] {
  const values = [min, mean, median, max].map((text) => memoryText(text === null ? null : Number.parseFloat(text)));
  return ['memory', ...values, intervalText(ci, memoryText)];
}

function runtimeRow({
  min_runtime: min,
  mean_runtime: mean,
  median_runtime: median,
  max_runtime: max,
  ci_runtime: ci,
}: TemplateUsage): string[] {
  return ['run time', ...[min, mean, median, max].map(runtimeText), intervalText(ci, runtimeText)];
}

const MEBIBYTE = 2 ** 20;

function memoryText(bytes: number | null): string {
  if (bytes === null) return '?';
  return bytes < MEBIBYTE ? `${Math.round(bytes)} B` : `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

function runtimeText(seconds: number | null): string {
  if (seconds === null) return '?';
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatDuration(seconds);
}

/** Values that are all the same have no interval. */
function intervalText(interval: TemplateUsage['ci_mem'], text: (value: number | null) => string): string {
  return interval === null ? '?' : interval.map((value) => text(value)).join(' … ');
}
