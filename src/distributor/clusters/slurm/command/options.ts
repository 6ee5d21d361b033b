import type { JobRequest } from '../controller.ts';

/** The words of an sbatch call; its script comes on standard input. Source: distributor-worker §11.2. */
export function sbatchArguments(request: JobRequest): string[] {
  const { queue, options } = request;
  const given: Record<string, string | undefined> = {
    'job-name': request.name,
    array: rangesOf(request.indexes),
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

/** `0,1,2,5` → `0-2,5`. */
function rangesOf(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of indexes.toSorted((one, other) => one - other)) {
    const range = ranges.at(-1);
    if (range !== undefined && index === range[1] + 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}
