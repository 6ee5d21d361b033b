/** People changing the statuses of tasks: of some, or of all of a workflow. Source: http-views §3.4, §4.5. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Empty, IntegerLike, Letter, Message, Nullable, SafeInteger } from '../schemas.ts';

const Flag = Type.Optional(Nullable(Type.Boolean()));

export const updateTaskStatuses = v3('PUT', '/task/update_statuses', {
  access: { own: { workflow: 'body.workflow_id' } },
  audited: true,
  summary: 'Sets tasks to done (D) or to be run again (G); recursive: with all that is upstream (D) or downstream (G).',
  body: Type.Object({
    workflow_id: IntegerLike,
    /** One id, a list, or `all`. */
    task_ids: Type.Union([SafeInteger, Type.String(), Type.Array(IntegerLike)]),
    new_status: Letter,
    recursive: Flag,
  }),
  answer: Message,
  plainErrors: true,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'PUT, OPTIONS',
    'access-control-allow-headers': '*',
  },
});

export const resetWorkflow = v3('PUT', '/workflow/{workflow_id}/reset', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary:
    'Makes all tasks of a workflow (partial: all that are not done) and the workflow itself as if they never ran.',
  params: Type.Object({ workflow_id: Type.Integer() }),
  body: Type.Object({ partial_reset: Flag }),
  answer: Empty,
});
