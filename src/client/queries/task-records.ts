/** Everything that is known of the tasks of a workflow, page by page: of a million, one page is held at a time. */
import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';

export type RunRecords = AnswerOf<typeof routes.getRunRecords>;
export type TaskRecord = AnswerOf<typeof routes.getTaskRecords>['tasks'][number];
export type AttemptRecord = TaskRecord['attempts'][number];

export interface RecordParts {
  readonly commands?: boolean;
  readonly graph?: boolean;
  readonly attempts?: boolean;
}

/** The workflow as it is described, its templates, and its runs. @throws SkepError not_found */
export function runRecords(requester: Requester, workflowId: number): Promise<RunRecords> {
  return requester.call(routes.getRunRecords, { params: { workflow_id: workflowId } });
}

/** The tasks by ascending id, with the parts that are asked for. @throws SkepError not_found */
export async function* taskRecords(
  requester: Requester,
  workflowId: number,
  parts: RecordParts = {},
): AsyncGenerator<TaskRecord> {
  const params = { workflow_id: workflowId };
  for (let after: number | null = 0; after !== null; ) {
    const page: AnswerOf<typeof routes.getTaskRecords> = await requester.call(routes.getTaskRecords, {
      params,
      query: { ...parts, after },
    });
    yield* page.tasks;
    after = page.next;
  }
}

/** The attempt by which a task ended, if it has ended and it is known how long that attempt ran. */
export function finalAttempt({ status, attempts }: TaskRecord): AttemptRecord | undefined {
  if (status !== 'D' && status !== 'F') return undefined;
  return attempts.findLast((attempt) => attempt.run_time !== null);
}
