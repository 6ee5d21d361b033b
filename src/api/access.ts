/**
 * Who may use a route: declared with the route, checked by the server before its handler, and told by docs/security.md.
 */

/** How a person is known to the server: what he may do grows from left to right. */
export const ROLES = ['reader', 'user', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** What belongs to the owner of a workflow: the workflow, and whatever is a part of one. */
export type SubjectKind = 'workflow' | 'workflow_run' | 'array' | 'task' | 'task_instance';

/**
 * Where a request names what it is about, by kind: a path such as `params.workflow_id`, or several. In a path `[]` stands
 * for each element of a list (what is no list counts as the only element of one), `[2]` for one element, `{}` for each
 * value of an object, and `{key}` for each of its keys.
 */
export type Subjects = { readonly [Kind in SubjectKind]?: string | readonly string[] };

/**
 * `open`: everybody, without a token. `read`: whoever has a valid one. `contribute`: role user, to find or create what all
 * share and nobody can change. `own`: the owner of all that the request is about, or an admin. `self`: whoever has a valid token, about
 * himself; an admin about everybody (only its handler can tell what is about whom). `administer`: admins.
 */
export type Access = 'open' | 'read' | 'contribute' | 'self' | 'administer' | { readonly own: Subjects };

/** What a route with an owner is about; of the others nothing. */
export function accessSubjects(access: Access): Subjects {
  return typeof access === 'string' ? {} : access.own;
}
