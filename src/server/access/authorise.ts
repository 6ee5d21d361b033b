/** Whether somebody may do what a request asks for. */
import type { SubjectKind } from '../../api/access.ts';
import type { Route } from '../../api/route.ts';
import { SkepError } from '../../core/errors.ts';
import { HttpAnswer } from '../handler.ts';
import type { Owners } from './owners.ts';
import type { Principal } from './principal.ts';
import { namedIds, type RequestParts } from './subjects.ts';

/**
 * Lets a request pass, or throws why not.
 * @throws SkepError `not_permitted`; `not_found` for an id that names nothing: what is allowed of it nobody can tell, and
 * somebody else may make it between this and the handler. HttpAnswer where the route declares another refusal.
 */
export async function authorise(
  principal: Principal,
  { access, deniedAs401 }: Pick<Route, 'access' | 'deniedAs401'>,
  parts: RequestParts,
  owners: Owners,
): Promise<void> {
  if (principal.role === 'admin' || access === 'open' || access === 'read' || access === 'self') return;
  const refusal = await refusalOf(principal, access, parts, owners);
  if (refusal === undefined) return;
  // As peers know it of these routes. Source: http-views §6.
  if (deniedAs401) throw new HttpAnswer(401, { detail: 'Unauthorized.' });
  throw refusal;
}

type Guarded = Exclude<Route['access'], 'open' | 'read' | 'self'>;

async function refusalOf(
  { user, role }: Principal,
  access: Guarded,
  parts: RequestParts,
  owners: Owners,
): Promise<SkepError | undefined> {
  if (role === 'reader') return denied(`${user} has the role reader, who may look at everything and change nothing.`);
  if (access === 'contribute') return undefined;
  if (access === 'administer') return denied(`Only an admin may do that; ${user} has the role ${role}.`);
  const { owners: found, unknown } = await owners.of(namedIds(access.own, parts));
  if (unknown !== undefined) return new SkepError('not_found', `${KINDS[unknown.kind]} ${unknown.id} does not exist.`);
  for (const [workflowId, owner] of found) if (owner !== user) return denied(notOwner(workflowId, owner, user));
  return undefined;
}

const KINDS: Readonly<Record<SubjectKind, string>> = {
  workflow: 'Workflow',
  workflow_run: 'Workflow run',
  array: 'Array',
  task: 'Task',
  task_instance: 'Task instance',
};

function denied(sentence: string): SkepError {
  return new SkepError('not_permitted', sentence);
}

/** Why a workflow is not for a user. */
export function notOwner(workflowId: number, owner: string | null, user: string): string {
  if (owner === null) return `Workflow ${workflowId} has no owner before its first run: only an admin may change it.`;
  return `Workflow ${workflowId} belongs to ${owner}: ${user} may not change it.`;
}
