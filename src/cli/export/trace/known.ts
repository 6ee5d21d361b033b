/** What a trace tells that is not kept as such. */
import { createHash } from 'node:crypto';
import type { AttemptRecord } from '../../../client/queries/task-records.ts';

/** The same command has the same one; in Nextflow's form: `a1/b2c3d4`. */
export function commandHash(command: string): string {
  const digits = createHash('sha256').update(command).digest('hex');
  return `${digits.slice(0, 2)}/${digits.slice(2, 8)}`;
}

/** The worker tells it in words, in its first line; what comes after it is output. Null: nobody knows. */
export function exitStatus({ status, error }: AttemptRecord): string | null {
  if (status === 'D') return '0';
  const [sentence = ''] = (error ?? '').split('\n', 1);
  return /\bexit(?:ed with)? (?:status|code) (\d{1,3})\b/.exec(sentence)?.[1] ?? null;
}
