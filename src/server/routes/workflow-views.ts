import type { QueryOf } from '../../api/route.ts';
import type { routes } from '../../api/routes.ts';
import { toInteger } from '../../api/schemas.ts';
import { SkepError } from '../../core/errors.ts';
import { labelOf, WORKFLOW_STATUSES } from '../../core/status.ts';
import { runnerAskedFor } from '../access/principal.ts';
import { isoTimeText, parseTimeText, timeText } from '../db/time.ts';
import type { Handlers } from '../handler.ts';
import { labelOfTask } from '../operations/views/labels.ts';
import { type Choice, searchWorkflows, type WorkflowSearch } from '../operations/views/overview.ts';
import { NO_TASKS } from '../operations/views/task-counts.ts';
import { taskTable } from '../operations/views/task-details.ts';
import {
  hasRunOf,
  resettableRun,
  validateTasks,
  workflowCounts,
  workflowDetails,
} from '../operations/views/workflow-details.ts';

export const workflowViewHandlers = {
  validateWorkflow: async ({ body, services }) => {
    const taskIds = body.task_ids.map(toInteger);
    const { valid, workflowStatus } = await services.database.readHeavy((unit) => validateTasks(unit, taskIds));
    return { validation: valid, workflow_status: workflowStatus };
  },

  validateUsername: async ({ params, principal, services }) => {
    const user = runnerAskedFor(principal, params.username);
    return { validation: await services.database.readHeavy((unit) => hasRunOf(unit, params.workflow_id, user)) };
  },

  validateReset: async ({ params, principal, services }) => {
    const user = runnerAskedFor(principal, params.username);
    const run = await services.database.readHeavy((unit) => resettableRun(unit, params.workflow_id, user));
    return { workflow_run_id: run ?? null };
  },

  getWorkflowStatusViz: async ({ query, services }) => {
    const ids = query.workflow_ids;
    if (ids === undefined) throw new SkepError('invalid_usage', 'The query lacks workflow_ids.');
    const counts = await services.database.readHeavy((unit) => workflowCounts(unit, ids));
    return Object.fromEntries(
      counts.map(({ id, total, byLabel, attempts, maxConcurrentlyRunning }) => [
        id,
        {
          id,
          tasks: total,
          ...byLabel,
          MAXC: maxConcurrentlyRunning,
          num_attempts_avg: total === 0 ? 0 : attempts.sum / total,
          num_attempts_min: attempts.least,
          num_attempts_max: attempts.most,
        },
      ]),
    );
  },

  getWorkflowOverview: async ({ query, services }) => {
    const search = readSearch(query);
    const rows = await services.database.readHeavy((unit) => searchWorkflows(unit, search));
    return {
      workflows: rows.map((row) => ({
        wf_id: row.id,
        wf_name: row.name ?? '',
        wf_submitted_date: row.created_date === null ? null : isoTimeText(row.created_date),
        wf_status_date: isoTimeText(row.status_date),
        wf_args: row.workflow_args,
        wfr_count: row.runs ?? 0,
        wf_status: labelOf(WORKFLOW_STATUSES, row.status),
        wf_tool: row.tool,
        ...NO_TASKS.byLabel,
      })),
    };
  },

  getTaskTable: async ({ params, query, services }) => {
    const { tt_name: templateName, after_task_id: afterTaskId = 0, limit } = query;
    const page = { workflowId: params.workflow_id, templateName, afterTaskId, limit };
    const rows = await services.database.readHeavy((unit) => taskTable(unit, page));
    return {
      tasks: rows.map((row) => ({
        task_id: row.id,
        task_name: row.name,
        task_status: labelOfTask(row.status),
        task_command: row.command,
        task_num_attempts: row.num_attempts,
        task_status_date: timeText(row.status_date),
        task_max_attempts: row.max_attempts,
      })),
    };
  },

  getWorkflowDetails: async ({ params, services }) => {
    const row = await services.database.readHeavy((unit) => workflowDetails(unit, params.workflow_id));
    if (row === undefined) return [];
    const details = {
      wf_name: row.name ?? '',
      wf_args: row.workflow_args,
      wf_created_date: row.created_date === null ? '' : isoTimeText(row.created_date),
      wf_status_date: isoTimeText(row.status_date),
      tool_name: row.tool,
      wf_status: row.status,
      wf_status_desc: row.description,
      wfr_jobmon_version: row.jobmon_version,
      wfr_heartbeat_date: isoTimeText(row.heartbeat_date),
      wfr_user: row.user,
    };
    return [details];
  },
} satisfies Partial<Handlers>;

function readSearch(query: QueryOf<typeof routes.getWorkflowOverview>): WorkflowSearch {
  const { wf_name, wf_args, wf_attribute_key, wf_attribute_value, wf_id, date_submitted, date_submitted_end } = query;
  return {
    user: readChoice(query.user, query['user!']),
    tool: readChoice(query.tool, query['tool!']),
    status: readChoice(query.status, query['status!']),
    name: wf_name || undefined,
    args: wf_args || undefined,
    attributeKey: wf_attribute_key || undefined,
    attributeValue: wf_attribute_value || undefined,
    // The field takes any text; a text that is no id names no workflow.
    id: wf_id ? readId(wf_id) : undefined,
    createdFrom: readDate('date_submitted', date_submitted),
    createdUntil: readDate('date_submitted_end', date_submitted_end),
  };
}

function readChoice(anyOf: string | undefined, noneOf: readonly string[] | undefined): Choice {
  return { anyOf: listOf(anyOf ?? ''), noneOf: (noneOf ?? []).flatMap(listOf) };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function readId(text: string): number {
  return /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : 0;
}

/** A date is its midnight. */
function readDate(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const time = parseTimeText(text) ?? parseTimeText(`${text.trim()} 00:00:00`) ?? parseTimeText(`${text.trim()}:00`);
  if (time !== undefined) return time;
  throw new SkepError('invalid_usage', `${name} must be a date such as 2026-11-23, not ${JSON.stringify(text)}.`);
}
