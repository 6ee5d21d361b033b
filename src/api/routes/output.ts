/** What running commands write, brought from where they run to who looks at them. */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Id, SafeInteger } from '../schemas.ts';

const Stream = Type.Object({
  /** The last of it. */
  text: Type.String(),
  /** Bytes that were written until its end. */
  until: Type.Integer({ minimum: 0 }),
});

export const exchangeOutput = skep('POST', '/task_instance/output', {
  access: { own: { task_instance: 'body.task_instances[].task_instance_id' } },
  summary:
    'A worker shows what commands have written that somebody looks at, and hears which ones somebody looks at now.',
  body: Type.Object({
    /** As in the reports of the start: those are its commands. */
    nodename: Type.String({ maxLength: 150 }),
    process_group_id: SafeInteger,
    /** Longest wait for somebody to look, while nobody does. */
    wait_seconds: Type.Number({ minimum: 0, maximum: 60 }),
    task_instances: Type.Array(
      Type.Object({
        task_instance_id: Id,
        stdout: Stream,
        stderr: Stream,
        /** The command has ended, and this is all. */
        ended: Type.Boolean(),
      }),
      { maxItems: 100 },
    ),
  }),
  answer: Type.Object({ watched: Type.Array(Id) }),
});
