import type { Caller } from '../api/requester.ts';
import { routes } from '../api/routes.ts';
import { SkepError } from '../core/errors.ts';
import type { Batch } from './batches.ts';

/** Largest batch that a server makes: no step id reaches it. Source: http-fsm §10.2. */
const LARGEST_BATCH = 1000;

/**
 * Fills in the step ids that the server did not send. Steps ascend with the instance ids, so if the last instance is at
 * the last place there are no holes; otherwise the places are asked for one by one. Source: distributor-worker §5.2.
 * @throws SkepError `answer_malformed` when an instance is at no place of its batch.
 */
export async function resolveSteps(batch: Batch, requester: Caller): Promise<void> {
  const ids = [...batch.steps.keys()].sort((a, b) => a - b);
  if (ids.every((id) => batch.steps.get(id) !== undefined)) return;
  const last = ids.length - 1;
  if ((await instanceAt(batch, last, requester)) === ids[last]) {
    for (const [step, id] of ids.entries()) batch.steps.set(id, step);
    return;
  }
  const missing = new Set(ids);
  for (let step = 0; missing.size > 0 && step < LARGEST_BATCH; step++) {
    const id = await instanceAt(batch, step, requester);
    if (id !== undefined && missing.delete(id)) batch.steps.set(id, step);
  }
  const [lost] = missing;
  if (lost === undefined) return;
  throw new SkepError('answer_malformed', `Task instance ${lost} is at no step of batch ${batch.batchNumber}.`);
}

/** A place that nobody has is an error of the server (of either kind), so it is asked once. */
async function instanceAt(batch: Batch, step: number, requester: Caller): Promise<number | undefined> {
  const params = { array_id: batch.arrayId, batch_num: batch.batchNumber, step_id: step };
  try {
    return (await requester.call(routes.getArrayTaskInstanceId, { params }, { attempts: 1 })).task_instance_id;
  } catch {
    return undefined;
  }
}
