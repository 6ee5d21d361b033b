/** What running commands write. */
import type { Handlers } from '../handler.ts';
import { workerName } from '../operations/looking/task-log.ts';

export const outputHandlers = {
  async exchangeOutput({ body, services, signal }) {
    const { onlookers } = services;
    for (const { task_instance_id: id, ...output } of body.task_instances) onlookers.show(id, output);
    const worker = workerName(body.nodename, body.process_group_id);
    return { watched: await onlookers.awaitLooks(worker, body.wait_seconds, signal) };
  },
} satisfies Partial<Handlers>;
