import type { Partition } from './controller.ts';

export interface NodeSize {
  readonly cores: number;
  /** MiB. */
  readonly memory: number;
}

/** The largest of each partition. */
export function largestNodes(nodes: Iterable<readonly [partition: string, size: NodeSize]>): Map<string, NodeSize> {
  const largest = new Map<string, NodeSize>();
  for (const [partition, { cores, memory }] of nodes) {
    const { cores: most = 0, memory: biggest = 0 } = largest.get(partition) ?? {};
    largest.set(partition, { cores: Math.max(most, cores), memory: Math.max(biggest, memory) });
  }
  return largest;
}

/** A partition with limits of its own (undefined: none), within what its nodes have. */
export function withinNodes(
  { name, memory, runtime }: Pick<Partition, 'name' | 'memory' | 'runtime'>,
  nodes: ReadonlyMap<string, NodeSize>,
): Partition {
  const node = nodes.get(name);
  const limits = [memory, node?.memory].filter((limit) => limit !== undefined);
  return { name, cores: node?.cores, memory: limits.length === 0 ? undefined : Math.min(...limits), runtime };
}
