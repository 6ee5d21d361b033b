/** Services that some pages need, where this machine has them. */
import { spawnSync } from 'node:child_process';
import { noSlurm, slurm, slurmEnvironment } from '../slurm/slurm.ts';
import { administer, createPostgresPlace, NO_POSTGRES } from '../support/database.ts';

export interface Service {
  /** Variables by which the commands of a page reach it. */
  readonly variables: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

interface Provider {
  /** Why it is not here; false: it is. */
  readonly isMissing: string | false;
  start(): Promise<Service>;
}

export const SERVICES: Readonly<Record<string, Provider>> = {
  postgres: { isMissing: NO_POSTGRES, start: startPostgres },
  slurm: { isMissing: slurmIsMissing(), start: startSlurm },
  systemd: { isMissing: systemdIsMissing(), start: async () => ({ variables: {}, end: async () => {} }) },
};

/** An empty database. */
async function startPostgres(): Promise<Service> {
  const place = await createPostgresPlace({ isBlank: true });
  await administer('select 1', place.location.url);
  return { variables: { DATABASE_URL: place.location.url }, end: () => place.remove() };
}

/** It takes a minute and the whole machine: only where the tests of Slurm at full size run too. */
function slurmIsMissing(): string | false {
  return noSlurm || (process.env.SLURM === 'long' ? false : 'SLURM=long runs it');
}

async function startSlurm(): Promise<Service> {
  slurm('start');
  return { variables: slurmEnvironment(), end: async () => void slurm('clean') };
}

function systemdIsMissing(): string | false {
  return spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'systemd-analyze is not installed';
}
