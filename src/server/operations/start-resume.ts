/** Whether this server may start another run of a workflow, and with which words. */
import { type Config, dataDirectory } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import { shellQuote } from '../../core/shell-quote.ts';
import { isLoopback } from '../access/authenticate.ts';
import type { ReadUnit } from '../db/unit.ts';
import type { RunStarter } from '../run-starter.ts';
import { unknownWorkflow } from './unknown-workflow.ts';
import { aliveRunOf, newestRunOf } from './workflow-runs.ts';

export interface ResumePlan {
  /** Undefined: it may. */
  readonly refusal: string | undefined;
  /** After `skep`. */
  readonly words: readonly string[];
  /** The whole command for a shell. */
  readonly command: string;
}

/** @throws SkepError `not_found` */
export async function planResume(
  unit: ReadUnit,
  workflowId: number,
  { config, runs }: { readonly config: Config; readonly runs: RunStarter | undefined },
): Promise<ResumePlan> {
  const cluster = await clusterOf(unit, workflowId);
  const words = ['workflow', 'resume', '-w', String(workflowId), '-c', cluster];
  const where = config.server.data_dir === '' ? [] : ['--data-dir', dataDirectory(config)];
  return {
    refusal: (await faultOf(unit, workflowId, runs)) ?? refusalOfServer(config, runs),
    words,
    command: ['skep', ...where, ...words].map(shellQuote).join(' '),
  };
}

/** Why no run of the workflow can start from here, whoever the server is for. */
async function faultOf(unit: ReadUnit, workflowId: number, runs: RunStarter | undefined): Promise<string | undefined> {
  const workflow = await unit.db
    .selectFrom('workflow')
    .select('status')
    .where('id', '=', workflowId)
    .executeTakeFirst();
  if (workflow === undefined) throw unknownWorkflow(workflowId);
  if (workflow.status === 'D') return `Workflow ${workflowId} is done already.`;
  const alive = await aliveRunOf(unit, workflowId);
  if (alive !== undefined) return `Run ${alive.id} of workflow ${workflowId} is still alive.`;
  const newest = await newestRunOf(unit, workflowId);
  if (newest === undefined) return `Workflow ${workflowId} was never run, so nobody can tell whose it is.`;
  if (runs !== undefined && newest.user !== runs.user) {
    const other = newest.user ?? 'an unknown user';
    return `The last run of workflow ${workflowId} was that of ${other}; this server starts runs of ${runs.user} alone.`;
  }
  return runs?.busyWith(workflowId);
}

/**
 * A server whose token several people share would run the commands of any of them as its own user. So it starts runs by itself only
 * where nobody else can be meant.
 */
function refusalOfServer({ server, auth, database }: Config, runs: RunStarter | undefined): string | undefined {
  if (runs === undefined) return 'This server does not know the command line that starts runs.';
  const { may_start_runs: allowed } = server;
  if (allowed === 'true') return undefined;
  if (allowed !== 'auto') return 'This server starts no runs (server.may_start_runs is false).';
  const isOwn = isLoopback(server.host) && auth.mode === 'token' && database.url === '';
  return isOwn ? undefined : 'This server is one for several people, and starts no runs (server.may_start_runs).';
}

/** @throws SkepError `config_invalid` */
export function checkStartingRuns({ server: { may_start_runs: given } }: Config): void {
  if (['auto', 'true', 'false'].includes(given)) return;
  const sentence = `server.may_start_runs must be auto, true or false, not ${JSON.stringify(given)}.`;
  throw new SkepError('config_invalid', sentence);
}

/** The cluster for which tasks were bound that are not done. */
async function clusterOf({ db }: ReadUnit, workflowId: number): Promise<string> {
  const found = await db
    .selectFrom('task')
    .innerJoin('task_resources', 'task_resources.id', 'task.task_resources_id')
    .innerJoin('queue', 'queue.id', 'task_resources.queue_id')
    .innerJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .select('cluster.name')
    .where('task.workflow_id', '=', workflowId)
    .where('task.status', '!=', 'D')
    .limit(1)
    .executeTakeFirst();
  return found?.name ?? 'multiprocess';
}
