import type { Clock } from '../../../../core/clock.ts';
import type { ProcessLauncher } from '../../../../core/process.ts';
import { chunksOf } from '../../../concurrency.ts';
import { ClusterUnreachable } from '../../errors.ts';
import { callEnvironment } from '../call-environment.ts';
import type {
  AccountedJob,
  ControllerJob,
  ControllerLimits,
  JobRequest,
  Partition,
  SlurmController,
} from '../controller.ts';
import type { SlurmParameters } from '../parameters.ts';
import { submissionError } from '../refusals.ts';
import { sbatchArguments } from './options.ts';
import {
  ACCOUNT_FORMAT,
  parseAccounts,
  parseLimits,
  parseNodes,
  parsePartitions,
  parseQueue,
  QUEUE_FORMAT,
} from './parse.ts';
import { type CommandAnswer, runCommand } from './run.ts';

/** Ids in one command: far below the system's limit for the words of a call. */
const IDS_PER_CALL = 1000;

export interface CommandParts {
  readonly parameters: SlurmParameters;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processes: ProcessLauncher;
  readonly clock: Clock;
}

/** Slurm by way of its commands, as a user has them on a login node. */
export class CommandController implements SlurmController {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  async submit(request: JobRequest): Promise<string> {
    const { code, stdout, stderr } = await this.#call('sbatch', sbatchArguments(request), {
      input: request.script,
      variables: request.variables,
    });
    const [id = ''] = stdout.trim().split(';'); // `1273;cluster`
    if (code === 0 && /^\d+$/.test(id)) return id;
    throw submissionError(stderr);
  }

  async jobs(): Promise<readonly ControllerJob[]> {
    return parseQueue(
      await this.#ask('squeue', ['--noheader', '--array', '--me', '--states=all', `--format=${QUEUE_FORMAT}`]),
    );
  }

  async accounts(arrayIds: readonly string[]): Promise<readonly AccountedJob[]> {
    const answers: AccountedJob[] = [];
    for (const ids of chunksOf(arrayIds, IDS_PER_CALL)) {
      const format = ['--parsable2', '--noheader', '--noconvert', `--format=${ACCOUNT_FORMAT}`];
      answers.push(...parseAccounts(await this.#ask('sacct', [...format, `--jobs=${ids.join(',')}`])));
    }
    return answers;
  }

  async cancel(ids: readonly string[]): Promise<void> {
    for (const chunk of chunksOf(ids, IDS_PER_CALL)) await this.#ask('scancel', ['--quiet', ...chunk]);
  }

  async limits(): Promise<ControllerLimits> {
    const limits = parseLimits(await this.#ask('scontrol', ['show', 'config']));
    return { ...limits, maxArraySize: this.#parts.parameters.maxArraySize ?? limits.maxArraySize };
  }

  async partitions(): Promise<readonly Partition[]> {
    const nodes = parseNodes(await this.#ask('sinfo', ['--noheader', '--Node', '--format=%R|%c|%m']));
    return parsePartitions(await this.#ask('scontrol', ['--oneliner', 'show', 'partition']), nodes);
  }

  async #ask(program: string, words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#call(program, words);
    if (code === 0) return stdout;
    throw new ClusterUnreachable(`${program} failed: ${stderr.trim() || `exit code ${code}`}`);
  }

  #call(
    program: string,
    words: readonly string[],
    {
      input = '',
      variables = {},
    }: { readonly input?: string; readonly variables?: Readonly<Record<string, string>> } = {},
  ): Promise<CommandAnswer> {
    const { environment, parameters } = this.#parts;
    return runCommand(
      {
        program,
        arguments: words,
        environment: { ...commandEnvironment(environment, parameters.slurmConf), ...variables },
        input,
        timeout: parameters.callTimeout,
      },
      this.#parts,
    );
  }
}

/** `SLURM_BITSTR_LEN`: without it, sacct cuts the index lists of arrays. */
function commandEnvironment(environment: CommandParts['environment'], slurmConf: string | undefined) {
  const conf = slurmConf ?? environment.SLURM_CONF;
  return { ...callEnvironment(environment), ...(conf !== undefined && { SLURM_CONF: conf }), SLURM_BITSTR_LEN: '0' };
}
