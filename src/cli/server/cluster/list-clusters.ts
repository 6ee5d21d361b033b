import { routes } from '../../../api/routes.ts';
import type { CommandContext, CommonOptions } from '../../context.ts';
import { writeJson, writeTable } from '../../views/write.ts';
import { withServer } from '../with-server.ts';

export interface ListClustersOptions extends CommonOptions {
  readonly json?: boolean;
}

const COLUMNS = [{ title: 'CLUSTER' }, { title: 'TYPE' }, { title: 'QUEUE' }, { title: 'LIMITS', shrinkTo: 20 }];

/** Shows the clusters that the server knows, a line for each queue. */
export async function listClusters(options: ListClustersOptions, context: CommandContext): Promise<void> {
  const { clusters } = await withServer(options, context, (requester) => requester.call(routes.getClusters, {}));
  if (options.json) return writeJson(clusters, context);
  const rows = clusters.flatMap(({ name, cluster_type, queues }) =>
    (queues.length === 0 ? [{ name: '', parameters: '' }] : queues).map((queue) => [
      name,
      cluster_type,
      queue.name,
      queue.parameters ?? '',
    ]),
  );
  writeTable(COLUMNS, rows, context);
}
