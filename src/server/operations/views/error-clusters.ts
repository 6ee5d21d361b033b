/** Errors that say the same, put together. Source: http-views §5.6. */
import { createHash } from 'node:crypto';
import type { ReadUnit } from '../../db/unit.ts';
import { readErrors, type TemplateError } from './template-errors.ts';

export interface ErrorCluster {
  /** Lowest and highest id of its entries. */
  readonly firstId: number;
  readonly lastId: number;
  /** How many entries belong to it. */
  readonly size: number;
  readonly taskInstanceIds: readonly number[];
  readonly taskIds: readonly number[];
}

/** Entries that are read at once: their texts may be long, and only one chunk of them is held. */
const CHUNK_SIZE = 1000;

/**
 * Clusters of the entries with these ids (ascending): two are together if their texts differ in numbers only. The largest
 * cluster comes first, of equals the one that began first.
 */
export async function clusterErrors(unit: ReadUnit, ids: readonly number[]): Promise<ErrorCluster[]> {
  const clusters = new Map<string, ReturnType<typeof startCluster>>();
  for (let start = 0; start < ids.length; start += CHUNK_SIZE) {
    for (const error of await readErrors(unit, ids.slice(start, start + CHUNK_SIZE))) {
      const key = keyOf(errorText(error));
      const cluster = clusters.get(key) ?? startCluster(error);
      clusters.set(key, cluster);
      cluster.size += 1;
      cluster.lastId = error.id;
      cluster.taskInstanceIds.add(error.taskInstanceId);
      cluster.taskIds.add(error.taskId);
    }
  }
  const found = Array.from(clusters.values(), ({ taskInstanceIds, taskIds, ...others }) => ({
    ...others,
    taskInstanceIds: [...taskInstanceIds],
    taskIds: [...taskIds],
  }));
  return found.sort((a, b) => b.size - a.size); // It is stable: they were started in the order of their ids.
}

function startCluster({ id }: TemplateError) {
  return { firstId: id, lastId: id, size: 0, taskInstanceIds: new Set<number>(), taskIds: new Set<number>() };
}

/** What went wrong in the words of the command where it left some, else in those of its worker. */
export function errorText({ stderrLog, description }: Pick<TemplateError, 'stderrLog' | 'description'>): string {
  return stderrLog || description;
}

/**
 * UUIDs, addresses, hashes (hexadecimal words with a digit), and all other digits; what stands around them stays. Each
 * part begins at one place of a word only and repeats no repetition, so no output of a command makes it slow.
 */
const NUMBER = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b0x[\da-f]+\b|\b(?=[a-f]*\d)[\da-f]{8,}\b|\d+/gi;

/** Digests, because the texts themselves may not fit into memory all together. */
function keyOf(text: string): string {
  return createHash('sha256').update(text.replace(NUMBER, '#')).digest('base64');
}
