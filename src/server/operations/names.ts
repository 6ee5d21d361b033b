/** Dictionaries: tables that give each name an id. */
import { rowsOf, textsOf } from '../db/bulk.ts';
import type { WriteUnit } from '../db/unit.ts';
import { refuseLongText } from './limits.ts';

type Dictionary = 'arg' | 'task_attribute_type' | 'workflow_attribute_type';

const LONGEST_NAME = 255;

/** Ids of `names`, which are added to the dictionary where they are missing. */
export async function idsOfNames(
  unit: WriteUnit,
  dictionary: Dictionary,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set(names);
  for (const name of wanted) refuseLongText('The name', name, LONGEST_NAME);
  // The three tables have one shape; the query builder's types need one of them by name.
  const table = dictionary as 'arg';
  const find = () => unit.db.selectFrom(table).select(['id', 'name']).where('name', 'in', textsOf(wanted)).execute();
  const found = await find();
  if (found.length === wanted.size) return byName(found);
  const known = byName(found);
  const missing = [...wanted].filter((name) => !known.has(name)).map((name) => ({ name }));
  const added = await unit.db
    .insertInto(table)
    .columns(['name'])
    .expression((query) => query.selectFrom(rowsOf(missing, { name: 'text' }).as('given')).select('given.name'))
    .returning(['id', 'name'])
    .execute();
  return byName([...found, ...added]);
}

function byName(rows: readonly { readonly id: number; readonly name: string }[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ id, name }) => [name, id]));
}
