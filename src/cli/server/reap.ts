import { type ReapResult, reap } from '../../client/control/reap.ts';
import { labelOf, WORKFLOW_RUN_STATUSES } from '../../core/status.ts';
import { formatDuration } from '../../core/units.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { writeJson, writeTable } from '../views/write.ts';
import { withServer } from './with-server.ts';

export interface ReapOptions extends CommonOptions {
  readonly json?: boolean;
}

const REASONS = { silent: 'it stopped reporting', client_gone: 'its client process is dead' };
const COLUMNS = [
  { title: 'WORKFLOW', align: 'right' as const },
  { title: 'RUN', align: 'right' as const },
  { title: 'WAS' },
  { title: 'IS' },
  { title: 'WHY' },
];

/** Has the server end what will not end itself, and shows what that was. @throws SkepError extension_missing */
export async function reapNow(options: ReapOptions, context: CommandContext): Promise<void> {
  const result = await withServer(options, context, reap);
  if (options.json) return writeJson(result, context);
  const rows = rowsOf(result, context.clock.now());
  if (rows.length === 0) context.output.write('Nothing to end: every run that counts as alive has reported in time.\n');
  else writeTable(COLUMNS, rows, context);
}

function rowsOf({ runs, spared, repaired }: ReapResult, now: number): string[][] {
  return [
    ...runs.map((run) => [
      ...[String(run.workflow_id), String(run.workflow_run_id), runLabel(run.status_before), runLabel(run.status)],
      REASONS[run.reason] + waitText(run.kill_self_remaining),
    ]),
    ...spared.map(({ workflow_id: workflow, workflow_run_id: run, until }) => [
      ...[String(workflow), String(run), '', ''],
      `overdue, but the server has not listened for long: it has ${formatDuration((until - now) / 1000)} left to report`,
    ]),
    ...repaired.map((workflow) => [String(workflow), '', 'FAILED', 'DONE', 'all its tasks are done']),
  ];
}

function runLabel(letter: string): string {
  return labelOf(WORKFLOW_RUN_STATUSES, letter);
}

function waitText(remaining: number): string {
  if (remaining === 0) return '';
  return `; ${remaining} of its attempts ${remaining === 1 ? 'has' : 'have'} to end first`;
}
