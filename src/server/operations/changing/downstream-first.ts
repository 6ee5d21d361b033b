/** An order in which tasks can be reset in parts, so that each part leaves no task done behind one that is to run again. */
import { sql } from 'kysely';
import type { Clock } from '../../../core/clock.ts';
import { rowsOf } from '../../db/bulk.ts';
import type { Database } from '../../db/database.ts';
import type { ReadUnit } from '../../db/unit.ts';

/** Tasks whose edges are read at once, or that are put in order before others get their turn: some ten milliseconds. */
const PART = 10_000;

/** The tasks with these ids (of one workflow), each behind all that is downstream of it. */
export async function downstreamFirst(database: Database, clock: Clock, ids: Float64Array): Promise<Float64Array> {
  const graph = new Graph(ids.length);
  await database.readHeavy(async (unit) => {
    for (let start = 0; start < ids.length; start += PART) {
      for (const row of await readEdges(unit, ids.subarray(start, start + PART))) graph.add(row);
    }
  });
  return graph.ordered(clock);
}

/**
 * `[task id, node id, downstream node id, …]`, as text of the database: see `unfinished-tasks.ts`. SQLite keeps the order of a
 * cross join: it would else go through all tasks of the workflow for each part.
 */
async function readEdges({ db }: ReadUnit, ids: Float64Array): Promise<number[][]> {
  const given = Array.from(ids, (id) => ({ id }));
  const nodes = sql`trim(coalesce(edge.downstream_node_ids, ''), '[]" ')`;
  const { rows } = await sql<{ task: string }>`
    select '[' || task.id || ',' || task.node_id ||
      case when ${nodes} in ('', 'null') then '' else ',' || ${nodes} end || ']' as task
    from ${rowsOf(given, { id: 'integer' })} as given
    cross join task
    join workflow on workflow.id = task.workflow_id
    left join edge on edge.dag_id = workflow.dag_id and edge.node_id = task.node_id
    where task.id = given.id`.execute(db);
  return rows.map(({ task }) => JSON.parse(task));
}

class Graph {
  readonly #taskIds: number[] = [];
  readonly #indexOfNode = new Map<number, number>();
  /** Downstream nodes of all tasks one after the other, and where those of each task begin. */
  readonly #downstream: number[] = [];
  readonly #starts: number[] = [0];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  add([taskId, nodeId, ...downstream]: readonly number[]): void {
    if (taskId === undefined || nodeId === undefined) return;
    this.#indexOfNode.set(nodeId, this.#taskIds.length);
    this.#taskIds.push(taskId);
    for (const node of downstream) this.#downstream.push(node);
    this.#starts.push(this.#downstream.length);
  }

  /** Goes down from each task and notes it on the way back; without recursion, since chains may be as long as they like. */
  async ordered(clock: Clock): Promise<Float64Array> {
    const order = new Float64Array(Math.min(this.#size, this.#taskIds.length));
    const isSeen = new Uint8Array(this.#taskIds.length);
    const next = Int32Array.from(this.#starts);
    let count = 0;
    let steps = 0;
    for (let root = 0; root < this.#taskIds.length; root++) {
      if (isSeen[root]) continue;
      isSeen[root] = 1;
      for (const path = [root]; path.length > 0; ) {
        if (++steps % PART === 0) await clock.sleep(0);
        const task = path.at(-1) as number;
        const place = next[task] as number;
        if (place === this.#starts[task + 1]) {
          order[count++] = this.#taskIds[task] as number;
          path.pop();
          continue;
        }
        next[task] = place + 1;
        const neighbour = this.#indexOfNode.get(this.#downstream[place] as number);
        if (neighbour === undefined || isSeen[neighbour]) continue;
        isSeen[neighbour] = 1;
        path.push(neighbour);
      }
    }
    return order;
  }
}
