import { messageOf, SkepError } from '../../core/errors.ts';
import { parseLiteral } from '../../core/python-literal.ts';
import type { Clusters } from '../resources/cluster.ts';
import { ResourceScales } from '../resources/scales.ts';
import { TaskResources } from '../resources/task-resources.ts';
import type { TaskGroup } from './answers.ts';
import { type Place, resolvePlace } from './take-workflow.ts';

export interface ParsedRow extends Place {
  readonly resources: TaskResources;
  /** Of all such rows: each task takes scales of its own from them. */
  readonly resourceScales: ResourceScales;
}

/**
 * Reads the texts of task rows. Rows of one workflow repeat few texts, so each combination is read once.
 * Source: swarm §6.4.
 */
export class RowParser {
  readonly #clusters: Clusters;
  readonly #parsed = new Map<string, ParsedRow>();

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
  }

  /** @throws SkepError literal_malformed, scale_invalid, cluster_unknown, queue_unknown naming the task. */
  async parse(row: TaskGroup): Promise<ParsedRow> {
    const { clusterName, queueName, requestedResources, resourceScales, fallbackQueues } = row;
    const key = JSON.stringify([clusterName, queueName, requestedResources, resourceScales, fallbackQueues]);
    let parsed = this.#parsed.get(key);
    if (parsed === undefined) {
      parsed = await this.#read(row);
      this.#parsed.set(key, parsed);
    }
    return parsed;
  }

  async #read(row: TaskGroup): Promise<ParsedRow> {
    const { clusterName, queueName } = row;
    if (clusterName === null || queueName === null) {
      const sentence = `Task ${taskIdOf(row)} is stored with cluster ${clusterName} and queue ${queueName}: it cannot be queued.`;
      throw new SkepError(clusterName === null ? 'cluster_unknown' : 'queue_unknown', sentence);
    }
    const place = await resolvePlace(this.#clusters, clusterName, fallbackNames(row));
    const queue = await place.cluster.getQueue(queueName);
    const resources = new TaskResources(dictionary(row, 'requestedResources'), queue);
    return { ...place, resources, resourceScales: scalesOf(row) };
  }
}

function fallbackNames(row: TaskGroup): string[] {
  const names = literal(row, 'fallbackQueues') ?? [];
  if (Array.isArray(names)) return names.map(String);
  throw malformed(row, 'fallbackQueues', 'it is not a list');
}

/** A scale that is text is the name of a function that could not be stored. */
function scalesOf(row: TaskGroup): ResourceScales {
  const scales = dictionary(row, 'resourceScales');
  for (const [resource, scale] of Object.entries(scales)) {
    if (typeof scale !== 'string') continue;
    const sentence = `Task ${taskIdOf(row)} scales ${resource} by the function ${scale}, which is not stored: such a task cannot be resumed by id.`;
    throw new SkepError('scale_invalid', sentence);
  }
  return ResourceScales.from(scales);
}

type TextField = 'requestedResources' | 'resourceScales' | 'fallbackQueues';

function dictionary(row: TaskGroup, field: TextField): Readonly<Record<string, unknown>> {
  const value = literal(row, field) ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw malformed(row, field, 'it is not a dictionary');
}

function literal(row: TaskGroup, field: TextField): ReturnType<typeof parseLiteral> {
  const text = row[field];
  if (text === null) return null;
  try {
    return parseLiteral(text);
  } catch (cause) {
    throw malformed(row, field, messageOf(cause), cause);
  }
}

function malformed(row: TaskGroup, field: TextField, reason: string, cause?: unknown): SkepError {
  const sentence = `Cannot read ${field} of task ${taskIdOf(row)}, ${row[field]}: ${reason}`;
  return new SkepError('literal_malformed', sentence, { cause });
}

/** One of the tasks, for messages. */
function taskIdOf({ tasks }: TaskGroup): number | undefined {
  return tasks[0]?.[0];
}
