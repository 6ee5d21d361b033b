/** Tools and their versions. Source: http-fsm §7.1 to §7.4. */
import type { ReadUnit, WriteUnit } from '../db/unit.ts';

/** Finds or creates the tool of a name. */
export async function addTool(unit: WriteUnit, name: string): Promise<number> {
  const found = await unit.db.selectFrom('tool').select('id').where('name', '=', name).executeTakeFirst();
  if (found !== undefined) return found.id;
  const added = await unit.db.insertInto('tool').values({ name }).returning('id').executeTakeFirstOrThrow();
  return added.id;
}

/** Creates a version at each call, also of an unknown tool, as peers expect. */
export async function addToolVersion(unit: WriteUnit, toolId: number): Promise<number> {
  const { id } = await unit.db
    .insertInto('tool_version')
    .values({ tool_id: toolId })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Ids of the versions of a tool, oldest first. */
export async function toolVersions(unit: ReadUnit, toolId: number): Promise<number[]> {
  const rows = await unit.db
    .selectFrom('tool_version')
    .select('id')
    .where('tool_id', '=', toolId)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
