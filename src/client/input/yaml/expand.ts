import type { WorkflowDocument } from './document.ts';
import type { TasksEntry } from './schema.ts';

/** A product beyond this is a slip of the pen; the swarm is built for a million tasks. */
const MOST_TASKS = 1_000_000;

/**
 * The arguments of every task that an entry of `tasks` describes: each combination of the lists of `each` (the last one
 * changes fastest), times each row of `zip`, plus the fixed `args`.
 * @throws SkepError input_malformed for an argument given twice, lists of unequal length, or too many combinations.
 */
export function expandEntry(entry: TasksEntry, position: number, document: WorkflowDocument): Record<string, string>[] {
  const { each = {}, zip = {}, args = {} } = entry;
  const names = [...Object.keys(args), ...Object.keys(each), ...Object.keys(zip)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw document.refuse(['tasks', position], `tasks[${position}] gives the argument ${twice} more than once.`);
  }
  const rows = rowsOf(zip, position, document);
  const count = Object.values(each).reduce((product, values) => product * values.length, rows.length);
  if (count > MOST_TASKS) {
    throw document.refuse(
      ['tasks', position],
      `tasks[${position}] describes ${count} tasks, more than ${MOST_TASKS} in one entry.`,
    );
  }
  let combinations: Record<string, string>[] = [{ ...args }];
  for (const [name, values] of Object.entries(each)) {
    combinations = combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
  }
  return combinations.flatMap((combination) => rows.map((row) => ({ ...combination, ...row })));
}

function rowsOf(zip: Readonly<Record<string, string[]>>, position: number, document: WorkflowDocument) {
  const columns = Object.entries(zip);
  const [first] = columns;
  if (first === undefined) return [{}];
  for (const [name, values] of columns) {
    if (values.length === first[1].length) continue;
    throw document.refuse(
      ['tasks', position, 'zip', name],
      `tasks[${position}].zip.${name} has ${values.length} values, but ${first[0]} has ${first[1].length}.`,
    );
  }
  return first[1].map((_, row) => Object.fromEntries(columns.map(([name, values]) => [name, values[row] as string])));
}
