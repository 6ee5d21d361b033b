/** What the database holds when all is over, read from its file. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Stage } from '../scene/stage.ts';

export interface Records {
  readonly workflows: readonly { readonly id: number; readonly status: string }[];
  readonly runs: readonly { readonly id: number; readonly status: string }[];
  readonly tasks: readonly { readonly id: number; readonly name: string; readonly status: string }[];
  readonly instances: readonly { readonly id: number; readonly task: string; readonly status: string }[];
}

const TASKS = `select task.id, task.status, node_arg.val as name
  from task join node_arg on node_arg.node_id = task.node_id`;

export function readRecords(stage: Stage): Records {
  const database = new DatabaseSync(join(stage.bench.dataDirectory, 'skep.sqlite'), { readOnly: true });
  const rows = (query: string) => database.prepare(query).all() as never;
  try {
    return {
      workflows: rows('select id, status from workflow'),
      runs: rows('select id, status from workflow_run'),
      tasks: rows(TASKS),
      instances: rows(`select task_instance.id, task_instance.status, named.name as task
        from task_instance join (${TASKS}) as named on named.id = task_instance.task_id`),
    };
  } finally {
    database.close();
  }
}
