/** Delivering the final reports of workers that could not wait for the server. */
import { capabilitiesOf } from '../api/capabilities.ts';
import type { Caller } from '../api/requester.ts';
import type { BodyOf } from '../api/route.ts';
import { routes } from '../api/routes.ts';
import { isSkepError, messageOf, SkepError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { Spool } from '../core/spool.ts';

type EndReport = BodyOf<typeof routes.endTaskInstances>['task_instances'][number];

/**
 * Sends what is kept, and drops what was answered: whatever the answer is, the server knows then. A report that the
 * server cannot take is set aside. Rejects when the server is not reached; what is left is for the next time.
 */
export async function deliverSpooled(spool: Spool, requester: Caller, log: Logger): Promise<void> {
  for (const [name, report] of await spool.kept()) {
    try {
      if (report === undefined) throw new SkepError('request_refused', 'It is not JSON.');
      await send(requester, report as EndReport);
      await spool.drop(name);
      log.info({ report: name }, 'Delivered the report of a worker that could not wait for the server');
    } catch (error) {
      if (!isSkepError(error, 'request_refused', 'not_found')) throw error;
      log.warn({ report: name, error: messageOf(error) }, 'A kept report is set aside: the server refuses it');
      await spool.setAside(name);
    }
  }
}

async function send(requester: Caller, report: EndReport): Promise<void> {
  if (await capabilitiesOf(requester)) {
    await requester.call(routes.endTaskInstances, { body: { task_instances: [report] } });
    return;
  }
  const { task_instance_id, status, error_description = '', usage: _, ...fields } = report;
  const params = { task_instance_id };
  if (status === 'D') await requester.call(routes.logDone, { params, body: fields });
  else {
    const error = { error_state: status, error_description };
    await requester.call(routes.logErrorWorkerNode, { params, body: { ...fields, ...error } });
  }
}
