/** What tasks are called in a WfFormat document: ids that are unique, of the characters that the format allows. */
import type { RunRecords, TaskRecord } from '../../../client/queries/task-records.ts';

export interface TaskIds {
  /** Kind of the task: the name of its template. */
  nameOf(task: Place): string;
  idOf(task: Place): string;
}

/** What is known of a task at either end of an edge. */
type Place = Pick<TaskRecord, 'task_id' | 'array_id'>;

/** Characters that every reader of schema 1.5 takes. */
const ALLOWED = /^[\w.-]+$/;

/** Made of template and number, as Pegasus writes them: `align_ID0000012`. */
export function numberedIds({ templates }: RunRecords): TaskIds {
  const names = new Map(templates.map(({ array_id: id, name }) => [id, name]));
  const nameOf = ({ array_id: id }: Place) => (id === null ? undefined : names.get(id)) || 'task';
  return {
    nameOf,
    idOf: (task) => `${nameOf(task).replace(/[^\w.-]/g, '_')}_ID${String(task.task_id).padStart(7, '0')}`,
  };
}

/**
 * The names of the tasks themselves: those of a recorded workflow are the ids of its document, and so can be compared with it.
 * All are held at once, as when the document was read. Without them where two are the same, or one has other characters.
 */
export async function recordedIds(tasks: AsyncIterable<TaskRecord>, runs: RunRecords): Promise<TaskIds> {
  const names = new Map<number, string>();
  const known = new Set<string>();
  const numbered = numberedIds(runs);
  for await (const { task_id: id, name } of tasks) {
    if (known.has(name) || !ALLOWED.test(name)) return numbered;
    known.add(name);
    names.set(id, name);
  }
  return { nameOf: numbered.nameOf, idOf: (task) => names.get(task.task_id) ?? numbered.idOf(task) };
}
