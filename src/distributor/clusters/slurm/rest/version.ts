import { ClusterUnreachable } from '../../errors.ts';

export interface ApiVersion {
  /** Such as `v0.0.38`. */
  readonly name: string;
  /** Whether jobs are described in the words of Slurm's options, as up to Slurm 22.05, or in those of its own structures. */
  readonly hasOptionWords: boolean;
}

/** The oldest of which we know that it can forbid to start a job again, and the last that has the words of options. */
const OLDEST = 38;
const LAST_WITH_OPTIONS = 38;
/** Newer ones may say things in ways that we do not know; a parameter allows them. */
const NEWEST = 42;

/** @throws ClusterUnreachable for one that is too old. */
export function versionNamed(name: string): ApiVersion {
  const number = numberOf(name);
  if (number >= OLDEST) return { name, hasOptionWords: number <= LAST_WITH_OPTIONS };
  throw new ClusterUnreachable(`slurmrestd is to speak ${name}; the oldest that will do is v0.0.${OLDEST}.`);
}

/** The newest that we know among those whose routes are offered. @throws ClusterUnreachable when there is none. */
export function newestOf(paths: readonly string[]): ApiVersion {
  const offered = [...new Set(paths.flatMap((path) => /^\/slurm\/(v0\.0\.\d+)\//.exec(path)?.[1] ?? []))];
  const [newest] = offered
    .filter((name) => numberOf(name) >= OLDEST && numberOf(name) <= NEWEST)
    .sort((one, other) => numberOf(other) - numberOf(one));
  if (newest !== undefined) return versionNamed(newest);
  const what = offered.length === 0 ? 'no version' : offered.join(', ');
  throw new ClusterUnreachable(`slurmrestd offers ${what}; known are v0.0.${OLDEST} to v0.0.${NEWEST}.`);
}

const numberOf = (name: string): number => Number(name.split('.')[2]);
