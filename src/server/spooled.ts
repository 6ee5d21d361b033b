/** Taking the final reports that found no server when they were made. */
import Compile from 'typebox/compile';
import { routes } from '../api/routes.ts';
import { messageOf } from '../core/errors.ts';
import type { Spool } from '../core/spool.ts';
import { itself } from './access/principal.ts';
import type { Services } from './handler.ts';
import { reportHandlers } from './routes/reports.ts';

/**
 * Takes every report that is kept, as if it came now, and drops it. What is no report is set aside. Never throws: a
 * server starts without them, and looks again later.
 */
export async function takeSpooled(services: Services, spool: Spool): Promise<void> {
  const { log } = services;
  const asker = { principal: itself(services.user), address: 'spool', signal: NEVER };
  const request = { params: {}, query: {}, services, ...asker };
  try {
    for (const [name, report] of await spool.kept()) {
      const body: unknown = { task_instances: [report] };
      if (isEndReports(body)) {
        await reportHandlers.endTaskInstances({ ...request, body });
        await spool.drop(name);
        log.info({ report: name }, 'Took the report of a worker that could not wait for the server');
      } else {
        log.warn({ report: name }, 'A kept report is set aside: it is none');
        await spool.setAside(name);
      }
    }
  } catch (error) {
    log.error({ error: messageOf(error) }, 'The reports that are kept could not be taken');
  }
}

type EndReports = Parameters<typeof reportHandlers.endTaskInstances>[0]['body'];

const NEVER = new AbortController().signal;
let check: ((body: unknown) => boolean) | undefined;

/** Compiled when it is needed, which is hardly ever. */
function isEndReports(body: unknown): body is EndReports {
  if (check === undefined) {
    const compiled = Compile(routes.endTaskInstances.body);
    check = (value) => compiled.Check(value);
  }
  return check(body);
}
