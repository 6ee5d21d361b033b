import type { JobRequest } from '../controller.ts';
import { writeRanges } from '../index-ranges.ts';

/** The words of an sbatch call; its script comes on standard input. Source: distributor-worker §11.2. */
export function sbatchArguments(request: JobRequest): string[] {
  const { queue, options } = request;
  const given: Record<string, string | undefined> = {
    'job-name': request.name,
    array: writeRanges(request.indexes),
    nodes: '1',
    ntasks: '1',
    'cpus-per-task': String(request.cores),
    mem: `${request.memory}M`,
    time: String(request.minutes),
    partition: queue,
    chdir: request.directory,
    output: request.stdout,
    error: request.stderr,
    comment: request.comment,
    export: 'ALL',
    ...options,
  };
  const words = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  // A job that Slurm starts again by itself would be an attempt that nobody counted.
  return ['--parsable', '--no-requeue', ...words];
}
