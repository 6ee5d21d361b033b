/**
 * The few expressions that each database has its own words for. Operations use them by their meaning (./bulk.ts,
 * ./expressions.ts); only when a statement is compiled, its dialect puts the words in.
 */
import { type OperationNode, type RawBuilder, RawNode, sql } from 'kysely';

/** How a column of given rows is stored. */
export type Kind = 'integer' | 'real' | 'text';
export type Cell = string | number | null;

/** The words of one dialect. Bulk values travel in parameters, so that a statement has one text for any number of them. */
export interface Fragments {
  /** A sub-select of values. */
  values(values: readonly (string | number)[], kind: Kind): RawBuilder<unknown>;
  /** A sub-select whose columns have these names and kinds, a row for each of `rows`, in their order. */
  rows(
    rows: readonly Readonly<Record<string, Cell>>[],
    columns: readonly (readonly [string, Kind])[],
  ): RawBuilder<unknown>;
  /** A table with a column `value`: the ids in a stored list. */
  listed(column: RawBuilder<unknown>): RawBuilder<unknown>;
  /** JSON text of a list: the values of a group. */
  listOf(value: RawBuilder<unknown>): RawBuilder<unknown>;
  /** The texts of a group with a comma between them. */
  joined(text: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Whether a text is that of a number in JSON; without reals, only of an integer. */
  isNumber(text: RawBuilder<unknown>, withReals: boolean): RawBuilder<unknown>;
}

type Write = (fragments: Fragments) => RawBuilder<unknown>;

/** Marks a node that has no words yet. */
const WRITE = Symbol('write');

/** An expression that is written when its statement is compiled. */
export function dialectal<Result>(write: Write): RawBuilder<Result> {
  const node = { ...RawNode.createWithSql(''), [WRITE]: write };
  return sql<Result>`${{ toOperationNode: () => node }}`;
}

/** The node that a dialect writes in place of one that has no words yet; undefined for any other node. */
export function writtenNode(node: RawNode, fragments: Fragments): OperationNode | undefined {
  return (node as { [WRITE]?: Write })[WRITE]?.(fragments).toOperationNode();
}
