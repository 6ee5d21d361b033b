/** The record of what people did, and of what was refused to them. */
import { accessSubjects } from '../../api/access.ts';
import type { Route } from '../../api/route.ts';
import { messageOf } from '../../core/errors.ts';
import type { ReadUnit, WriteUnit } from '../db/database.ts';
import type { HandlerRequest } from '../handler.ts';
import { namedIds, valuesAt } from './subjects.ts';

type AnyRequest = HandlerRequest<Route>;

interface Action {
  readonly name: string;
  readonly route: Route;
  readonly request: AnyRequest;
}

/** Writes down that somebody is about to do something. Without this row he may not. @returns its id. */
export function noteAction(action: Action): Promise<number> {
  return action.request.services.database.write((unit) => insert(unit, action, null));
}

export async function noteRefusal(action: Action, status: number): Promise<void> {
  await action.request.services.database.write((unit) => insert(unit, action, status));
}

/**
 * Writes down how it went. It has happened, and whoever did it is told so, whether or not that can be written down: then the row
 * is left without an outcome.
 */
export async function noteOutcome({ request }: Action, id: number, status: number, answer: unknown): Promise<void> {
  const { database, log } = request.services;
  const made = valuesAt('workflow_id', answer as never).find((value) => typeof value === 'number');
  await database
    .write(async ({ db }) => {
      await db
        .updateTable('skep_audit')
        .set({ outcome: status, ...(typeof made === 'number' && { workflow_id: made }) })
        .where('id', '=', id)
        .execute();
    })
    .catch((error: unknown) => {
      log.error({ audit_id: id, status, error: messageOf(error) }, 'The outcome of an action could not be recorded');
    });
}

async function insert(
  { db, now }: WriteUnit,
  { name, route, request }: Action,
  outcome: number | null,
): Promise<number> {
  const { principal, address } = request;
  const named = namedIds(accessSubjects(route.access), request);
  // A number that no workflow can have stays in the subject alone.
  const [workflowId] = [...(named.get('workflow') ?? valuesAt('params.workflow_id', request))].filter(isWorkflowId);
  const { id } = await db
    .insertInto('skep_audit')
    .values({
      time: now,
      user: principal.user,
      source: principal.source,
      token_id: principal.tokenId ?? null,
      address,
      action: name,
      workflow_id: workflowId ?? null,
      subject: subjectOf(route, request),
      outcome,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

function isWorkflowId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Fields of bodies that say what was asked for, and hold no secret. */
const TELLING = [
  ...['user', 'role', 'name', 'action', 'new_status', 'status', 'recursive', 'partial_reset', 'reset_running_jobs'],
  ...['max_tasks', 'max_concurrently_running', 'task_template_version_id', 'jobmon_version', 'origin', 'cluster_type'],
];

/** Characters of one value, and ids of one kind, that are written down. */
const LONGEST_VALUE = 100;
const MOST_IDS = 5;

/** What a request is about, for people: `workflow 5, max_tasks 7`. */
export function subjectOf(
  { access }: Pick<Route, 'access'>,
  request: Pick<AnyRequest, 'params' | 'query' | 'body'>,
): string {
  const named = namedIds(accessSubjects(access), request);
  const ids = Array.from(named, ([kind, all]) => {
    const shown = Array.from(all).slice(0, MOST_IDS).join(' ');
    const rest = all.size > MOST_IDS ? ` and ${all.size - MOST_IDS} more` : '';
    return `${kind} ${shown}${rest}`;
  });
  const known = new Set([...named.keys()].map((kind) => `${kind}_id`));
  const params = Object.entries(request.params as object).filter(([name]) => !known.has(name));
  const body = Object.entries(request.body as object).filter(([name]) => TELLING.includes(name));
  const values = [...params, ...body].flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [`${name} ${String(value).slice(0, LONGEST_VALUE)}`] : [],
  );
  return [...ids, ...values].join(', ');
}

export interface AuditQuestion {
  readonly user: string | undefined;
  readonly workflowId: number | undefined;
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export function readAudit({ db }: ReadUnit, { user, workflowId, since, before, limit }: AuditQuestion) {
  return db
    .selectFrom('skep_audit as audit')
    .leftJoin('skep_user_token as token', 'token.id', 'audit.token_id')
    .select(['audit.id as audit_id', 'audit.time', 'audit.user', 'audit.source', 'token.name as token_name'])
    .select(['audit.address', 'audit.action', 'audit.workflow_id', 'audit.subject', 'audit.outcome'])
    .$if(user !== undefined, (query) => query.where('audit.user', '=', user as string))
    .$if(workflowId !== undefined, (query) => query.where('audit.workflow_id', '=', workflowId as number))
    .$if(since !== undefined, (query) => query.where('audit.time', '>=', since as number))
    .$if(before !== undefined, (query) => query.where('audit.id', '<', before as number))
    .orderBy('audit.id', 'desc')
    .limit(limit)
    .execute();
}

/** Rows that go at a time: writes of others come between. */
const PART = 5000;

/** Removes what is older than so many days. */
export async function forgetOld({ db, now }: WriteUnit, days: number): Promise<void> {
  await db
    .deleteFrom('skep_audit')
    .where('id', 'in', (query) =>
      query
        .selectFrom('skep_audit')
        .select('id')
        .where('time', '<', now - days * 86_400_000)
        .limit(PART),
    )
    .execute();
}
