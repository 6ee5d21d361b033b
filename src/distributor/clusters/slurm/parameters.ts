/** Connection parameters of a Slurm cluster. Source: distributor-worker §11.1. */
import { SkepError } from '../../../core/errors.ts';

export interface SlurmParameters {
  /** Path of slurm.conf for the commands; undefined: as the environment says. */
  readonly slurmConf: string | undefined;
  /** Seconds between two looks at the jobs while some are there. */
  readonly pollInterval: number;
  /** Seconds until a call of the controller is given up. */
  readonly callTimeout: number;
  /** Seconds for which a job may wait for a reason that never resolves by itself. */
  readonly pendingGrace: number;
}

/**
 * A call that gets no answer is given up by Slurm's own commands after ten seconds on each try; a minute lets them finish
 * what they repeat. Five minutes of grace outlast a partition or an account that is being changed.
 */
const DEFAULTS = { poll_interval: 10, call_timeout: 60, pending_grace: 300 } as const;
const NAMES = ['slurm_conf', ...Object.keys(DEFAULTS)];

/** @throws SkepError config_invalid naming the cluster and the parameter. */
export function readParameters(cluster: string, given: Readonly<Record<string, unknown>>): SlurmParameters {
  const refuse = (sentence: string) => new SkepError('config_invalid', `Cluster ${cluster}: ${sentence}`);
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw refuse(`there is no parameter ${unknown}; there are ${NAMES.join(', ')}.`);
  const seconds = (name: keyof typeof DEFAULTS): number => {
    const value = given[name] ?? DEFAULTS[name];
    if (typeof value === 'number' && value > 0) return value;
    throw refuse(`${name} is ${JSON.stringify(value)}, not a number of seconds above 0.`);
  };
  const { slurm_conf: slurmConf } = given;
  if (slurmConf !== undefined && typeof slurmConf !== 'string') {
    throw refuse(`slurm_conf is ${JSON.stringify(slurmConf)}, not text.`);
  }
  return {
    slurmConf,
    pollInterval: seconds('poll_interval'),
    callTimeout: seconds('call_timeout'),
    pendingGrace: seconds('pending_grace'),
  };
}
