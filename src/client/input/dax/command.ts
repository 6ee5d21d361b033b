/** The command of a DAX job, and what it asks for. */
import { shellQuote } from '../../../core/shell-quote.ts';
import { quotedWords } from '../../../core/shell-words.ts';
import { memoryInGib } from '../../../core/units.ts';
import type { ResourceValues } from '../../defaults.ts';
import { malformed } from '../listed/lines.ts';
import type { DaxJob } from './document.ts';

/** Nothing in arguments is expanded by a shell, as under Pegasus. @throws SkepError input_malformed */
export function commandOfJob(job: DaxJob, program: string, file: string): string {
  const words = quotedWords(job.arguments);
  if (words === undefined) throw malformed(file, job.line, `a quote in the arguments of job ${job.id} is not closed`);
  const environment = [...job.profiles].flatMap(([key, value]) =>
    key.startsWith('env.') ? [[key.slice(4), value]] : [],
  );
  for (const [name = ''] of environment) {
    if (/^[A-Za-z_]\w*$/.test(name)) continue;
    throw malformed(file, job.line, `job ${job.id} sets ${JSON.stringify(name)}, which is no name of a variable`);
  }
  const redirections = [...job.streams].map(([stream, name]) => `${REDIRECTIONS[stream]} ${quoted(name)}`);
  return [
    ...environment.map(([name, value = '']) => `${name}=${quoted(value)}`),
    ...[program, ...words].map(quoted),
    ...redirections,
  ].join(' ');
}

const REDIRECTIONS: Readonly<Record<string, string>> = { stdin: '<', stdout: '>', stderr: '2>' };

function quoted(word: string): string {
  return word === '' ? "''" : shellQuote(word);
}

/** Profiles that ask for something, each with how much one of its units is: cores, MB, seconds. */
const REQUESTS = {
  cores: [
    ['pegasus.cores', 1],
    ['condor.request_cpus', 1],
    ['globus.count', 1],
  ],
  memory: [
    ['pegasus.memory', 1],
    ['condor.request_memory', 1],
    ['globus.maxmemory', 1],
  ],
  runtime: [
    ['pegasus.runtime', 1],
    ['globus.maxwalltime', 60],
  ],
} as const;

/** @throws SkepError input_malformed for what is no whole number */
export function requestOfJob(
  job: DaxJob,
  file: string,
): { resources: ResourceValues; maxAttempts: number | undefined } {
  const amountOf = (keys: readonly (readonly [key: string, unit: number])[]) => {
    for (const [key, unit] of keys) {
      const amount = wholeProfile(job, key, file);
      if (amount !== undefined) return amount * unit;
    }
    return undefined;
  };
  const [cores, memory, runtime] = [amountOf(REQUESTS.cores), amountOf(REQUESTS.memory), amountOf(REQUESTS.runtime)];
  const retries = wholeProfile(job, 'dagman.retry', file);
  return {
    resources: {
      ...(cores !== undefined && cores > 0 && { cores }),
      ...(memory !== undefined && { memory: memoryInGib(`${memory}M`) }),
      ...(runtime !== undefined && { runtime }),
    },
    maxAttempts: retries === undefined ? undefined : retries + 1,
  };
}

function wholeProfile(job: DaxJob, key: string, file: string): number | undefined {
  const text = job.profiles.get(key);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const shown = JSON.stringify(text.slice(0, 40));
  throw malformed(file, job.line, `job ${job.id} has the profile ${key} ${shown}, which is no whole number`);
}
