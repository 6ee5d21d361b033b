/** `skep server cluster`: its commands and their options. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';
import { keyValue } from './parse-options.ts';
import type { AddClusterOptions } from './server/cluster/add-cluster.ts';
import type { ListClustersOptions } from './server/cluster/list-clusters.ts';

export function clusterCommand(context: CommandContext): Command {
  const add = withJson(
    new Command('add')
      .description('Add a cluster to the server, or change one. The queues of a Slurm cluster are asked of it.')
      .argument('<name>', 'its name, as workflows will call it')
      .requiredOption('-t, --type <type>', 'slurm, multiprocess, sequential or dummy')
      .option('-p, --parameters <name=value...>', 'how it is reached; see docs/slurm.md', keyValue)
      .option('-q, --queue <names...>', 'only these queues (default: all that the cluster reports)')
      .action(async (name: string, _options: AddClusterOptions, command: Command) => {
        const { addCluster } = await import('./server/cluster/add-cluster.ts');
        await addCluster(name, command.optsWithGlobals(), context);
      }),
    'write what was added as JSON',
  );
  const list = withJson(
    new Command('list')
      .description('Show the clusters that the server knows, with their queues.')
      .action(async (_options: ListClustersOptions, command: Command) => {
        const { listClusters } = await import('./server/cluster/list-clusters.ts');
        await listClusters(command.optsWithGlobals(), context);
      }),
  );
  return new Command('cluster')
    .description('The clusters on which workflows can run.')
    .addCommand(add)
    .addCommand(list);
}
