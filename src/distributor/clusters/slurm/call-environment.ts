/**
 * What the environment of a call, and of the jobs that it submits, is made of. Inside an allocation (a distributor may be
 * a job itself) its variables act as options of the commands, and jobs would inherit them; so they would the token.
 */
export function callEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || /^(SLURM|SBATCH|SQUEUE|SACCT)_/.test(name) ? [] : [[name, value]],
    ),
  );
}
