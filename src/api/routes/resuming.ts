/** Going on with a workflow in a process that the server starts: for a server of one's own. */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Nullable, WorkflowPath } from '../schemas.ts';

export const getResume = skep('GET', '/workflow/{workflow_id}/resume', {
  access: 'read',
  summary: 'Whether the server would start another run of a workflow, and the command line that does it by hand.',
  params: WorkflowPath,
  answer: Type.Object({
    /** Why it would not, in one sentence; null: it would. */
    refusal: Nullable(Type.String()),
    /** For a shell of the user to whom the workflow belongs. */
    command: Type.String(),
    /** The working directory of that process; null when the server would not start it. */
    directory: Nullable(Type.String()),
  }),
});

export const startResume = skep('POST', '/workflow/{workflow_id}/resume', {
  access: 'administer',
  audited: true,
  summary: 'Starts another run of a workflow as a process of the user of the server. It goes on without the server.',
  params: WorkflowPath,
  answer: Type.Object({
    pid: Type.Integer(),
    /** Path of the file to which it writes, on the machine of the server. */
    output: Type.String(),
  }),
});
