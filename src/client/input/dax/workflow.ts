/** A Pegasus DAX document as a workflow: one task for each job. */
import { SkepError } from '../../../core/errors.ts';
import { malformed } from '../listed/lines.ts';
import { type ListedTask, makeListedWorkflow } from '../listed/workflow.ts';
import type { InputOptions, WorkflowInput } from '../workflow-input.ts';
import { commandOfJob, requestOfJob } from './command.ts';
import { type Dax, type DaxJob, parseDax } from './document.ts';
import { programsFor, refuseMissing } from './programs.ts';

/** @throws SkepError input_malformed with file and line */
export function readDaxWorkflow(text: string, file: string, options: InputOptions): WorkflowInput {
  const dax = parseDax(text, file);
  if (dax.jobs.length === 0) throw new SkepError('input_malformed', `${file} holds no job.`);
  const upstream = upstreamOf(dax, file);
  const programs = programsFor(options.transformations ?? new Map(), dax.programs, options.environment.PATH ?? '');
  const tasks = dax.jobs.map((job): ListedTask => {
    const { resources, maxAttempts } = requestOfJob(job, file);
    return {
      ...{ id: job.id, line: job.line, template: job.name, maxAttempts },
      command: commandOfJob(job, programs.of(job), file),
      upstream: upstream.get(job.id) ?? [],
      ...(Object.keys(resources).length > 0 && { resources }),
    };
  });
  return makeListedWorkflow(
    { name: dax.name, tasks, prepare: async () => refuseMissing(programs.missing, file) },
    text,
    file,
    options,
  );
}

/** Job → those that must be done before. */
function upstreamOf({ jobs, edges }: Dax, file: string): Map<string, Set<string>> {
  const known = new Map<string, DaxJob>();
  for (const job of jobs) {
    const first = known.get(job.id);
    if (first !== undefined) throw malformed(file, job.line, `the job ${job.id} stands on line ${first.line} already`);
    known.set(job.id, job);
  }
  const upstream = new Map<string, Set<string>>();
  for (const { line, child, parent } of edges) {
    const stray = [child, parent].find((id) => !known.has(id));
    if (stray !== undefined) throw malformed(file, line, `there is no job ${stray}`);
    const before = upstream.get(child) ?? new Set();
    upstream.set(child, before.add(parent));
  }
  return upstream;
}
