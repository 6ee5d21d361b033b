import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { SkepError } from '../../core/errors.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { minuteText } from '../output/cell.ts';
import { lifetime } from '../token.ts';
import { writeJson, writeTable } from '../views/write.ts';
import { withServer } from './with-server.ts';

export interface AuditOptions extends CommonOptions {
  readonly user?: string;
  readonly since?: string;
  readonly workflow?: number;
  readonly limit: number;
  readonly before?: number;
  readonly json?: boolean;
}

const COLUMNS = [
  { title: 'ID', align: 'right' as const },
  { title: 'TIME (UTC)', optional: 1 },
  { title: 'USER', shrinkTo: 6 },
  { title: 'TOKEN', shrinkTo: 6, optional: 2 },
  { title: 'FROM', shrinkTo: 6, optional: 3 },
  { title: 'ACTION' },
  { title: 'WORKFLOW', align: 'right' as const, optional: 1 },
  { title: 'ABOUT', shrinkTo: 16 },
  { title: 'OUTCOME' },
];

/** Shows what people did. @throws SkepError `not_permitted`, `invalid_usage` for a time that is none, `extension_missing` */
export async function showAudit(options: AuditOptions, context: CommandContext): Promise<void> {
  const { user, since, workflow, limit, before } = options;
  const query = {
    limit,
    ...(user !== undefined && { user }),
    ...(since !== undefined && { since: timeOf(since, context.clock.now()) }),
    ...(workflow !== undefined && { workflow_id: workflow }),
    ...(before !== undefined && { before }),
  };
  const { actions, next } = await withServer(options, context, async (requester) => {
    await requireExtensions(requester, 'tell what people did');
    return requester.call(routes.getAudit, { query });
  });
  if (options.json) return writeJson(actions, context);
  if (actions.length === 0) {
    context.output.write('Nothing of that kind is on record.\n');
    return;
  }
  const cells = actions.map((action) => [
    ...[String(action.audit_id), minuteText(action.time), action.user, action.token_name ?? action.source],
    ...[action.address, action.action, action.workflow_id === null ? '' : String(action.workflow_id)],
    ...[action.subject, outcomeText(action.outcome)],
  ]);
  writeTable(COLUMNS, cells, context);
  if (next !== null) context.output.write(`Older ones: --before ${next}\n`);
}

function timeOf(text: string, now: number): number {
  if (/^\d+[mhdw]$/.test(text)) return now - lifetime(text) * 1000;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (time >= 0) return time;
  throw new SkepError(
    'invalid_usage',
    `--since ${JSON.stringify(text)} is no time: write 2026-11-26, 2026-11-26T08:30Z, 2d or 12h.`,
  );
}

/** An unknown one is of an action that is under way, or during which the server died. */
function outcomeText(outcome: number | null): string {
  if (outcome === null) return 'unknown';
  if (outcome === 200) return 'done';
  return outcome === 401 || outcome === 403 ? 'refused' : `failed (${outcome})`;
}
