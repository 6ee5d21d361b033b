/** From a batch to a job array. Source: distributor-worker §11.2. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { TRACE_VARIABLE } from '../../../api/tracing/span-context.ts';
import { shellQuote } from '../../../core/shell-quote.ts';
import type { Submission } from '../cluster.ts';
import { demandOf } from '../demand.ts';
import { SubmissionRefused } from '../errors.ts';
import { workerCommand } from '../worker-command.ts';
import type { JobRequest } from './controller.ts';

/** What a task gets that asks for nothing: one core (see {@link demandOf}), one GiB, ten minutes. */
const DEFAULT_MEMORY_GIB = 1;
const DEFAULT_RUNTIME_SECONDS = 600;
const MIB_PER_GIB = 1024;

/** Resources that are Slurm's own options, by their names there. */
const OPTIONS: Readonly<Record<string, string>> = {
  project: 'account',
  constraints: 'constraint',
  qos: 'qos',
  reservation: 'reservation',
  gres: 'gres',
  gpus: 'gpus',
  exclude: 'exclude',
  licenses: 'licenses',
  nice: 'nice',
};

/** Control characters end a field of what the commands print; Slurm itself would take them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

/** Resources that Skep or a queue reads; others than these and {@link OPTIONS} mean nothing to Slurm. */
const OUR_RESOURCES = ['cores', 'memory', 'runtime', 'queue', 'stdout', 'stderr', 'lease', 'working_dir'];
const LOG_RESOURCES = ['standard_output', 'standard_error'];

/** Elements of one array: all that was submitted in one call. */
export interface SubmittedArray {
  readonly key: string;
  readonly request: JobRequest;
  /** Step → the cluster's id of its element. */
  readonly ids: ReadonlyMap<number, string>;
}

/** Names of resources that a job array has no use for. */
export function uselessResources(resources: Submission['resources']): string[] {
  const known = [...OUR_RESOURCES, ...LOG_RESOURCES, ...Object.keys(OPTIONS)];
  return Object.keys(resources).filter((name) => !known.includes(name));
}

/**
 * The array that runs `steps` of a batch, in places from 0 on: the highest index that a controller allows is small on
 * some. What has to be added to an index to get the step is in the environment of the job.
 * @throws SubmissionRefused naming the resource that no job can have.
 */
export function jobRequest(
  { resources, name, workerArguments, traceparent }: Submission,
  { steps, offset, comment }: { readonly steps: readonly number[]; readonly offset: number; readonly comment: string },
): JobRequest {
  const { cores, runtime } = demandOf(resources);
  return {
    name: name.replace(/[/%]/g, '_').replace(new RegExp(CONTROL_CHARACTERS, 'g'), ' '),
    script: `#!/bin/sh\nexec ${workerCommand({ workerArguments }).map(shellQuote).join(' ')}\n`,
    indexes: steps.map((step) => step - offset),
    cores: Math.ceil(cores),
    memory: memoryOf(resources),
    minutes: Math.max(1, Math.ceil((runtime ?? DEFAULT_RUNTIME_SECONDS) / 60)),
    comment,
    stdout: jobLog(resources, 'standard_output', 'o'),
    stderr: jobLog(resources, 'standard_error', 'e'),
    directory: textOf(resources, 'working_dir') ?? process.cwd(),
    queue: queueOf(resources),
    options: optionsOf(resources),
    variables: {
      ...(offset !== 0 && { SKEP_STEP_OFFSET: String(offset) }),
      ...(traceparent !== undefined && { [TRACE_VARIABLE]: traceparent }),
    },
  };
}

/** MiB that a job with these resources asks for. */
export function memoryOf(resources: Submission['resources']): number {
  const { memory } = demandOf(resources);
  return Math.max(1, Math.ceil((memory ?? DEFAULT_MEMORY_GIB) * MIB_PER_GIB));
}

/** `null.q` is the queue of clusters that have none. */
function queueOf(resources: Submission['resources']): string | undefined {
  const queue = textOf(resources, 'queue');
  return queue === 'null.q' ? undefined : queue;
}

function optionsOf(resources: Submission['resources']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(OPTIONS).flatMap(([resource, option]) => {
      const value = textOf(resources, resource);
      return value === undefined ? [] : [[option, value]];
    }),
  );
}

/** What the worker itself prints. The output of the task goes where `stdout` and `stderr` say, by way of the worker. */
function jobLog(resources: Submission['resources'], resource: string, letter: 'o' | 'e'): string {
  const path = textOf(resources, resource);
  if (path === undefined) return '/dev/null';
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, `%x.${letter}%A_%a`) : path;
}

/** Values are handed on as words of their own; these two kinds would be taken for something else all the same. */
function textOf(resources: Submission['resources'], name: string): string | undefined {
  const value = resources[name];
  if (value === undefined || value === null || value === '') return undefined;
  const text = String(value);
  if (typeof value !== 'object' && !CONTROL_CHARACTERS.test(text) && (name === 'nice' || !text.startsWith('-'))) {
    return text;
  }
  throw new SubmissionRefused(`The resource ${name} is ${JSON.stringify(value)}, which Slurm cannot be given.`);
}
