import { resolve } from 'node:path';
import type { InputForm } from '../../client/input/forms.ts';
import { loadWorkflow } from '../../client/input/input.ts';
import type { WorkflowInput } from '../../client/input/workflow-input.ts';
import { SkepError } from '../../core/errors.ts';
import { keepHeapSmall } from '../../core/heap.ts';
import type { CommandContext } from '../context.ts';
import { detachCommand } from './detach.ts';
import { resumeByIdCommandOf, resumeCommandOf } from './resume-command.ts';
import { type SupervisedRun, type SuperviseOptions, superviseRun } from './supervise.ts';

export interface RunFileOptions extends SuperviseOptions {
  /** Form of the file; default: as its name or text tells. */
  readonly format?: InputForm;
  readonly transformation?: ReadonlyMap<string, string>;
  readonly maxConcurrent?: number;
  readonly cluster?: string;
  readonly dryRun?: boolean;
  /** Most tasks that a dry run lists for programs; 0 = all. */
  readonly limit?: number;
  /** Leaves the run behind, as a process of its own. */
  readonly detach?: boolean;
  /** Leaves the run behind, as a job of this cluster. */
  readonly detachTo?: string;
  readonly jobQueue?: string;
  readonly jobCores?: number;
  /** GiB. */
  readonly jobMemory?: number;
  /** Seconds. */
  readonly jobTime?: number;
  readonly timeScale?: number;
  readonly workDir?: string;
  readonly outputDir?: string;
  readonly args?: string;
}

/** Reads a workflow from a file and runs it (or only says what it would run). @returns the exit code */
export async function runFile(file: string, options: RunFileOptions, context: CommandContext): Promise<number> {
  keepHeapSmall();
  const { environment } = context;
  const input = await loadWorkflow(file, {
    ...options,
    ...{ workDirectory: options.workDir, transformations: options.transformation, environment },
  });
  applyOptions(input, file, options);
  const { workflow } = input;
  if (options.dryRun) {
    await (await import('./dry-run.ts')).dryRun(input, options, context);
    return 0;
  }
  workflow.validateGraph(); // Before a server is started, or a process left behind.
  if (options.detachTo !== undefined)
    return (await import('./detach-to.ts')).detachTo(options.detachTo, input, options, context);
  if (options.detach) return detach(options, context);
  const supervised: SupervisedRun = {
    name: workflow.name || file,
    async start(shared) {
      for (const note of input.notes) context.errors.write(`${note}\n`);
      await input.prepare();
      return workflow.run({ ...shared, resume: options.resume });
    },
    resumeCommand: (workflowId) =>
      input.hasFixedArgs || workflowId === undefined
        ? resumeCommandOf(context.words, input.hasFixedArgs)
        : resumeByIdCommandOf(workflowId, workflow.clusterName, options.dataDir),
  };
  return superviseRun(supervised, options, context);
}

async function detach(options: RunFileOptions, context: CommandContext): Promise<number> {
  const exitCode = await detachCommand('run', options, context);
  const hint = 'To look at it: skep workflow status, skep workflow watch -w ID. To end it: skep workflow stop -w ID\n';
  if (exitCode === 0) context.output.write(hint);
  return exitCode;
}

/** Options that change the workflow itself. */
function applyOptions({ workflow, hasFixedArgs }: WorkflowInput, file: string, options: RunFileOptions): void {
  const { cluster, maxConcurrent, outputDir, resume } = options;
  if (resume && !hasFixedArgs) {
    const sentence = `The workflow of ${file} has no workflowArgs, so that each run is a new workflow: resume it by its id with skep workflow resume -w ID.`;
    throw new SkepError('invalid_usage', sentence);
  }
  if (cluster !== undefined) workflow.setDefaultClusterName(cluster);
  if (maxConcurrent !== undefined) workflow.setMaxConcurrentlyRunning(maxConcurrent);
  if (outputDir !== undefined) {
    const directory = resolve(outputDir);
    workflow.updateDefaultComputeResources('', { stdout: directory, stderr: directory });
  }
}
