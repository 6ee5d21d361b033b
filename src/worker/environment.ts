/** What a worker finds in its environment and what it hands on. Source: distributor-worker §8.4, §9.3, §10. */
import { SUPERVISOR_VARIABLE } from '../core/attempt-mark.ts';
import { isSecretVariable } from '../core/config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of commands: everything but what is ours and not theirs: credentials, our own mark, and where we keep compiled code. */
export function commandEnvironment(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter((variable) => !isOurs(...variable)));
}

/** `bin/skep.js` sets the folder of compiled code, unless its user has chosen another: then that is for all. */
function isOurs(name: string, value = ''): boolean {
  if (name === SUPERVISOR_VARIABLE || /^SKEP__HTTP__(TOKEN|TLS_KEY)/i.test(name)) return true;
  if (isSecretVariable(name, value)) return true;
  return name === 'NODE_COMPILE_CACHE' && value.endsWith('/skep/compiled');
}

export interface ClusterJob {
  /** As the distributor knows it; null where the cluster tells nothing. */
  readonly distributorId: string | null;
  /** Position in its array, from 0; null for a job of its own. */
  readonly stepId: number | null;
}

/** Names under which clusters tell a job its id and its step. An array's element has an id of its own too: not that one. */
const JOB_VARIABLES = [
  { job: 'SLURM_ARRAY_JOB_ID', step: 'SLURM_ARRAY_TASK_ID' },
  { job: 'SLURM_JOB_ID', step: undefined },
  { job: 'JOB_ID', step: 'ARRAY_STEP_ID' },
] as const;

/** Set where a batch was longer than an array of the cluster may be: what its indexes are short of. */
const STEP_OFFSET = 'SKEP_STEP_OFFSET';

export function clusterJob(environment: Environment): ClusterJob {
  for (const { job, step } of JOB_VARIABLES) {
    const id = environment[job];
    if (!id) continue;
    const text = step === undefined ? undefined : environment[step];
    if (!text) return { distributorId: id, stepId: null };
    return { distributorId: `${id}_${text}`, stepId: Number(text) + Number(environment[STEP_OFFSET] ?? 0) };
  }
  return { distributorId: null, stepId: null };
}
