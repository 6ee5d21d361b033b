/** Connection parameters of a Slurm cluster. Source: distributor-worker §11.1. */
import { SkepError } from '../../../core/errors.ts';

export interface SlurmParameters {
  /** By its commands, or over HTTP by slurmrestd. */
  readonly transport: 'cli' | 'rest';
  /** Path of slurm.conf for the commands; undefined: as the environment says. */
  readonly slurmConf: string | undefined;
  /** Address of slurmrestd; empty without it. */
  readonly restUrl: string;
  /** Such as `v0.0.38`; undefined: the newest that both know. */
  readonly restApiVersion: string | undefined;
  /** Path of the file that holds the token; undefined: as the environment says. */
  readonly restTokenFile: string | undefined;
  /** One more than the highest index of an array; undefined: as the controller says. */
  readonly maxArraySize: number | undefined;
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
const TEXTS = ['slurm_conf', 'rest_url', 'rest_api_version', 'rest_token_file'] as const;
const NAMES = ['transport', ...TEXTS, 'max_array_size', ...Object.keys(DEFAULTS)];

/** @throws SkepError config_invalid naming the cluster and the parameter. */
export function readParameters(cluster: string, given: Readonly<Record<string, unknown>>): SlurmParameters {
  const refuse = (sentence: string) => new SkepError('config_invalid', `Cluster ${cluster}: ${sentence}`);
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw refuse(`there is no parameter ${unknown}; there are ${NAMES.join(', ')}.`);
  const wrong = (name: string, wanted: string) => refuse(`${name} is ${JSON.stringify(given[name])}, not ${wanted}.`);
  const seconds = (name: keyof typeof DEFAULTS): number => {
    const value = given[name] ?? DEFAULTS[name];
    if (typeof value === 'number' && value > 0) return value;
    throw wrong(name, 'a number of seconds above 0');
  };
  const text = (name: (typeof TEXTS)[number]): string | undefined => {
    const value = given[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw wrong(name, 'text');
  };
  const transport = given.transport ?? 'cli';
  if (transport !== 'cli' && transport !== 'rest') throw wrong('transport', 'cli or rest');
  const restUrl = text('rest_url') ?? '';
  if (transport === 'rest' && !isAddress(restUrl)) {
    throw refuse('transport rest needs rest_url, an http or https address of slurmrestd without user and password.');
  }
  const restApiVersion = text('rest_api_version');
  if (restApiVersion !== undefined && !/^v0\.0\.\d+$/.test(restApiVersion)) {
    throw wrong('rest_api_version', 'a version such as v0.0.38');
  }
  const maxArraySize = given.max_array_size ?? undefined;
  if (maxArraySize !== undefined && !(Number.isInteger(maxArraySize) && Number(maxArraySize) > 0)) {
    throw wrong('max_array_size', 'a whole number above 0');
  }
  return {
    transport,
    slurmConf: text('slurm_conf'),
    restUrl,
    restApiVersion,
    restTokenFile: text('rest_token_file'),
    maxArraySize: maxArraySize as number | undefined,
    pollInterval: seconds('poll_interval'),
    callTimeout: seconds('call_timeout'),
    pendingGrace: seconds('pending_grace'),
  };
}

/** A secret in the address would be in the database and in errors. */
function isAddress(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
