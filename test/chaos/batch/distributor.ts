/** The distributor for {@link BatchCluster}: like the one of the package, which does not know that cluster. */
import { parseArgs } from 'node:util';
import { requesterFor } from '../../../src/api/connect.ts';
import { routes } from '../../../src/api/routes.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { loadConfig } from '../../../src/core/config.ts';
import { createLog } from '../../../src/core/log.ts';
import { changeSource } from '../../../src/distributor/changes.ts';
import { Instances } from '../../../src/distributor/instances.ts';
import { watchParent } from '../../../src/distributor/parent.ts';
import { DistributorService } from '../../../src/distributor/service.ts';
import { BatchCluster } from './cluster.ts';

const { values } = parseArgs({
  options: { cluster_name: { type: 'string' }, workflow_run_id: { type: 'string' } },
  allowPositionals: true,
});
const workflowRunId = Number(values.workflow_run_id);
const config = loadConfig();
const requester = requesterFor(config.http);
const controller = new AbortController();
process.on('SIGTERM', () => controller.abort());
watchParent(process.stdin, systemClock, () => controller.abort());

const cluster = new BatchCluster(values.cluster_name as string);
for (const status of ['I', 'O']) {
  await requester.call(routes.updateWorkflowRunStatus, {
    params: { workflow_run_id: workflowRunId },
    body: { status },
  });
}
const parts = {
  ...{ workflowRunId, requester, cluster, config, clock: systemClock },
  ...{ instances: new Instances(), log: createLog('distributor', config.log.level), signal: controller.signal },
};
const service = new DistributorService(parts, await changeSource(parts));
process.stderr.write('ALIVE\n');
await service.run();
await service.close();
await cluster.stop();
process.stderr.write('SHUTDOWN\n');
process.exit();
