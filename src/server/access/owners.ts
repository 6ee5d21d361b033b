/** Whose workflow a request is about. */
import type { SubjectKind } from '../../api/access.ts';
import { idsOf } from '../db/bulk.ts';
import type { Database, ReadUnit } from '../db/database.ts';
import type { NamedIds } from './subjects.ts';

export interface Whose {
  /** Every workflow that the ids belong to, with its owner; null: it has none yet. */
  readonly owners: ReadonlyMap<number, string | null>;
  /** An id that names nothing. */
  readonly unknown: { readonly kind: SubjectKind; readonly id: number } | undefined;
}

/** Ids that are remembered, of each kind: those of the attempts that a large server has under way at a time. */
const REMEMBERED = 200_000;

/** Ids of one request beyond which none of them is remembered: they would push out all that is asked for again and again. */
const MANY = 5000;

/** What belongs to what never changes, and neither does an owner: both are asked of the database once. */
export class Owners {
  readonly #database: Database;
  readonly #workflowIds = new Map<SubjectKind, Map<number, number>>();
  readonly #owners = new Map<number, string>();

  constructor(database: Database) {
    this.#database = database;
  }

  async of(named: NamedIds): Promise<Whose> {
    const workflowIds = new Set<number>();
    const missing = new Map<SubjectKind, number[]>();
    for (const [kind, ids] of named) {
      const known = this.#workflowIds.get(kind);
      const rest: number[] = [];
      for (const id of ids) {
        const workflowId = kind === 'workflow' ? id : known?.get(id);
        if (workflowId === undefined) rest.push(id);
        else workflowIds.add(workflowId);
      }
      if (rest.length > 0) missing.set(kind, rest);
    }
    if (missing.size === 0 && [...workflowIds].every((id) => this.#owners.has(id)))
      return { owners: this.#known(workflowIds), unknown: undefined };
    return this.#database.read(async (unit) => {
      for (const [kind, ids] of missing) {
        const found = await this.#find(unit, kind, ids);
        const unknown = ids.find((id) => !found.has(id));
        if (unknown !== undefined) return { owners: new Map(), unknown: { kind, id: unknown } };
        for (const workflowId of found.values()) workflowIds.add(workflowId);
      }
      return this.#ownersOf(unit, workflowIds);
    });
  }

  #known(workflowIds: ReadonlySet<number>): Map<number, string | null> {
    return new Map(Array.from(workflowIds, (id) => [id, this.#owners.get(id) ?? null]));
  }

  async #find(unit: ReadUnit, kind: SubjectKind, ids: readonly number[]): Promise<Map<number, number>> {
    const rows = await workflowsOf(unit, kind, ids.filter(Number.isSafeInteger));
    const found = new Map(rows.flatMap(({ id, workflow_id }) => (workflow_id === null ? [] : [[id, workflow_id]])));
    if (found.size <= MANY) {
      const known = this.#workflowIds.get(kind) ?? new Map<number, number>();
      this.#workflowIds.set(kind, known);
      for (const [id, workflowId] of found) remember(known, id, workflowId);
    }
    return found;
  }

  async #ownersOf({ db }: ReadUnit, workflowIds: ReadonlySet<number>): Promise<Whose> {
    const wanted = [...workflowIds].filter((id) => !this.#owners.has(id));
    const rows = await db
      .selectFrom('workflow')
      .select(['id', 'owner'])
      .where('id', 'in', idsOf(wanted.filter(Number.isSafeInteger)))
      .execute();
    const found = new Map(rows.map(({ id, owner }) => [id, owner]));
    const unknown = wanted.find((id) => !found.has(id));
    if (unknown !== undefined) return { owners: new Map(), unknown: { kind: 'workflow', id: unknown } };
    for (const [id, owner] of found) if (owner !== null) remember(this.#owners, id, owner);
    return { owners: new Map([...this.#known(workflowIds), ...found]), unknown: undefined };
  }
}

/** The oldest are forgotten. */
function remember<Value>(known: Map<number, Value>, id: number, value: Value): void {
  known.set(id, value);
  if (known.size > REMEMBERED) known.delete(known.keys().next().value as number);
}

function workflowsOf({ db }: ReadUnit, kind: SubjectKind, ids: readonly number[]) {
  switch (kind) {
    case 'task_instance':
      return db
        .selectFrom('task_instance as instance')
        .innerJoin('task', 'task.id', 'instance.task_id')
        .select(['instance.id', 'task.workflow_id'])
        .where('instance.id', 'in', idsOf(ids))
        .execute();
    case 'workflow':
      return db.selectFrom('workflow').select(['id', 'id as workflow_id']).where('id', 'in', idsOf(ids)).execute();
    case 'workflow_run':
    case 'array':
    case 'task':
      return db.selectFrom(kind).select(['id', 'workflow_id']).where('id', 'in', idsOf(ids)).execute();
  }
}
