import { SubmissionRefused } from '../../errors.ts';
import type { JobRequest } from '../controller.ts';
import { writeRanges } from '../index-ranges.ts';
import type { ApiVersion } from './version.ts';

/**
 * The body that submits a job array. Both vocabularies say the same; the first was tried, the second is that of the
 * published schemas.
 * @throws SubmissionRefused for an option that this version cannot be given.
 */
export function submissionBody(
  request: JobRequest,
  environment: Readonly<Record<string, string>>,
  version: ApiVersion,
): unknown {
  const variables = { ...environment, ...request.variables };
  const common = {
    name: request.name,
    array: writeRanges(request.indexes),
    tasks: 1,
    cpus_per_task: request.cores,
    partition: request.queue,
    current_working_directory: request.directory,
    standard_output: request.stdout,
    standard_error: request.stderr,
    comment: request.comment,
  };
  const options = optionsOf(request.options, version);
  if (version.hasOptionWords) {
    const own = { nodes: [1, 1], memory_per_node: request.memory, time_limit: request.minutes, environment: variables };
    // `requeue: false` is accepted by this version and means true.
    return { script: request.script, job: { ...common, ...own, no_requeue: true, ...options } };
  }
  const own = {
    minimum_nodes: 1,
    maximum_nodes: 1,
    memory_per_node: { set: true, number: request.memory },
    time_limit: { set: true, number: request.minutes },
    environment: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    script: request.script,
  };
  return { job: { ...common, ...own, requeue: false, ...options } };
}

/** Slurm's long options whose fields have other names or other values; the rest have the same. */
const FIELDS: Readonly<Record<string, (value: string, version: ApiVersion) => readonly [string, unknown] | undefined>> =
  {
    constraint: (value) => ['constraints', value],
    exclude: (value, { hasOptionWords }) =>
      hasOptionWords ? ['exclude_nodes', value] : ['excluded_nodes', value.split(',')],
    nice: (value) => (/^-?\d+$/.test(value) ? ['nice', Number(value)] : undefined),
    // How a newer version names generic resources depends on its release.
    gres: (value, { hasOptionWords }) => (hasOptionWords ? ['gres', value] : undefined),
    gpus: (value, { hasOptionWords }) => (hasOptionWords ? ['gpus', value] : undefined),
  };

function optionsOf(options: JobRequest['options'], version: ApiVersion): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([option, value]) => {
      const field = FIELDS[option] === undefined ? [option, value] : FIELDS[option](value, version);
      if (field !== undefined) return field;
      const sentence = `slurmrestd cannot be given ${option} = ${value} in ${version.name}; transport cli can.`;
      throw new SubmissionRefused(sentence);
    }),
  );
}
