/** One call of a command of Slurm. */
import type { Readable } from 'node:stream';
import type { Clock } from '../../../../core/clock.ts';
import { messageOf } from '../../../../core/errors.ts';
import type { ProcessLauncher } from '../../../../core/process.ts';
import { ClusterUnreachable } from '../../errors.ts';

export interface CommandCall {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly directory?: string;
  /** Seconds until it is given up. */
  readonly timeout: number;
}

export interface CommandAnswer {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws ClusterUnreachable when it cannot be started or does not end in time. */
export async function runCommand(
  call: CommandCall,
  { processes, clock }: { readonly processes: ProcessLauncher; readonly clock: Clock },
): Promise<CommandAnswer> {
  const { program, timeout, input = '' } = call;
  const child = await processes
    .launch({
      program,
      arguments: call.arguments,
      environment: call.environment,
      ...(call.directory !== undefined && { directory: call.directory }),
      ownGroup: true,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    .catch((cause: unknown) => {
      throw new ClusterUnreachable(`${program} cannot be started: ${messageOf(cause)}`, { cause });
    });
  let late = false;
  const cancel = clock.after(timeout * 1000, () => {
    late = true;
    child.signal('SIGKILL');
  });
  child.stdin?.on('error', () => {}); // It ended before it had read all: how, it tells itself.
  child.stdin?.end(input);
  const [stdout, stderr, { code }] = await Promise.all([textOf(child.stdout), textOf(child.stderr), child.closed]);
  cancel();
  if (late) throw new ClusterUnreachable(`${program} gave no answer within ${timeout} s.`);
  return { code, stdout, stderr };
}

async function textOf(stream: Readable | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
