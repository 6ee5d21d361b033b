/** What the commands of Slurm print. The shapes were recorded from Slurm 22.05; the tests hold them. */
import type { AccountedJob, ControllerJob, ControllerLimits, Partition } from '../controller.ts';
import { readRanges } from '../index-ranges.ts';
import { largestNodes, type NodeSize, withinNodes } from '../node-size.ts';

/** Of `squeue --array`. The comment comes last, because it alone may hold a bar. */
export const QUEUE_FORMAT = '%i|%T|%r|%k';
/** Of `sacct`. */
export const ACCOUNT_FORMAT = 'JobID,State,ExitCode,ElapsedRaw,TotalCPU,MaxRSS,NodeList,Comment';

export function parseQueue(text: string): ControllerJob[] {
  return linesOf(text).map((line) => {
    const [id = '', state = '', reason = '', ...comment] = line.split('|');
    return { id, state, reason, comment: comment.join('|') };
  });
}

/** A line for each job, and one for each of its steps: memory is measured there, all else is on the job. */
export function parseAccounts(text: string): AccountedJob[] {
  const jobs: AccountedJob[] = [];
  const memory = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [id = '', state = '', exit = '', elapsed = '', cpu = '', maxrss = '', nodes = '', ...comment] =
      line.split('|');
    // A cut list of indexes has dots of its own.
    const [, job = '', step] = /^(\d+(?:_(?:\d+|\[[^\]]*\]))?)(?:\.(.+))?$/.exec(id) ?? [];
    if (step !== undefined) {
      memory.set(job, Math.max(memory.get(job) ?? 0, bytesOf(maxrss) ?? 0));
      continue;
    }
    const [exitCode = 0, signal = 0] = exit.split(':').map(Number);
    const account = {
      state: state.split(' ')[0] as string, // `CANCELLED by 1000`
      exitCode,
      signal,
      elapsed: Number(elapsed),
      cpu: secondsOf(cpu),
      nodes,
      comment: comment.join('|'),
    };
    for (const element of elementsOf(job)) jobs.push({ ...account, id: element, maxrss: null });
  }
  // What was sampled as nothing was not there long enough to be sampled.
  return jobs.map((job) => ({ ...job, maxrss: memory.get(job.id) || null }));
}

/** The line of elements that have no line of their own: `77_[3-5,8%2]`. */
function elementsOf(id: string): string[] {
  const [, array, list] = /^(\d+)_\[([^\]]*)\]$/.exec(id) ?? [];
  return list === undefined ? [id] : readRanges(list).indexes.map((index) => `${array}_${index}`);
}

/** Bytes of `52428800`, `49672K`; undefined for nothing. */
function bytesOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^([\d.]+)([KMGT]?)$/.exec(text) ?? [];
  return digits === undefined ? undefined : Math.round(Number(digits) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit));
}

/** Seconds of `[days-][hours:]minutes:seconds`; null for what is no time. */
function secondsOf(text: string): number | null {
  const [, days = '0', clock] = /^(?:(\d+)-)?([\d:.]+)$/.exec(text) ?? [];
  if (clock === undefined) return null;
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}

/** Of `scontrol show config`. */
export function parseLimits(text: string): ControllerLimits {
  const setting = (name: string) => new RegExp(`^${name}\\s*= (\\d+)`, 'm').exec(text)?.[1];
  return { maxArraySize: Number(setting('MaxArraySize') ?? 1001), killWait: Number(setting('KillWait') ?? 30) };
}

/** Of `scontrol --oneliner show partition`, with what nodes have by the name of their partition. */
export function parsePartitions(text: string, nodes: ReadonlyMap<string, NodeSize>): Partition[] {
  return linesOf(text).flatMap((line) => {
    const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(line)?.[1] ?? '';
    if (field('State') !== 'UP') return [];
    const memory = Number.parseInt(field('MaxMemPerNode'), 10);
    const own = {
      name: field('PartitionName'),
      memory: Number.isNaN(memory) ? undefined : memory,
      runtime: secondsOf(field('MaxTime')) ?? undefined,
    };
    return [withinNodes(own, nodes)];
  });
}

/** Of `sinfo --noheader --Node --format=%R|%c|%m`: the largest of each partition. */
export function parseNodes(text: string): Map<string, NodeSize> {
  return largestNodes(
    linesOf(text).map((line) => {
      const [partition = '', cores, memory] = line.split('|');
      return [partition, { cores: Number(cores), memory: Number.parseInt(memory ?? '0', 10) }];
    }),
  );
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
