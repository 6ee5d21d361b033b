import { existsSync } from 'node:fs';
import { SkepError } from '../../core/errors.ts';
import { systemRandom } from '../../core/random.ts';
import { copyDatabase } from '../../server/db/copy.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { writeTable } from '../views/write.ts';

export interface CopyOptions extends CommonOptions {
  readonly from: string;
  readonly to?: string;
}

const COLUMNS = [{ title: 'TABLE' }, { title: 'ROWS', align: 'right' as const }];

/** Copies a history to PostgreSQL, and shows how many rows of each table there are. @throws SkepError invalid_usage */
export async function copy({ from, ...options }: CopyOptions, context: CommandContext): Promise<void> {
  const path = from.replace(/^sqlite:/, '');
  if (!existsSync(path)) throw new SkepError('invalid_usage', `--from ${path} does not exist.`);
  const to = options.to ?? configFor(context, options).database.url;
  if (to === '') throw new SkepError('invalid_usage', 'Neither --to nor database.url says where to copy to.');
  const copied = await copyDatabase({ path, url: to, clock: context.clock, random: systemRandom });
  writeTable(
    COLUMNS,
    copied.map(({ table, rows }) => [table, String(rows)]),
    context,
  );
}
