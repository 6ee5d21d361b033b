/** Nodes and their arguments, shared by all workflows. Source: http-fsm §7.12. */
import { SkepError } from '../../core/errors.ts';
import { rowsOf } from '../db/bulk.ts';
import type { WriteUnit } from '../db/unit.ts';
import { refuseLongText } from './limits.ts';

export interface NodeRequest {
  readonly templateVersionId: number;
  readonly argsHash: string;
  /** Argument id (as text) → value. */
  readonly args: Readonly<Record<string, string>>;
}

interface BoundNode {
  readonly id: number;
  readonly templateVersionId: number;
  readonly argsHash: string;
}

/** Length of the column of argument values. */
const LONGEST_VALUE = 2048;

/**
 * Finds or creates nodes by template version and hash of their arguments; values of existing nodes stay.
 * @throws SkepError `invalid_usage` for an argument id that is none and for a value that is too long.
 */
export async function addNodes(unit: WriteUnit, requests: readonly NodeRequest[]): Promise<BoundNode[]> {
  const args = requests.map(argsOf);
  const keys = [...new Map(requests.map((request) => [keyOf(request), request])).values()];
  const known = await findNodes(unit, keys);
  const found = new Set(known.map(keyOf));
  const created = await insertNodes(unit, found.size === 0 ? keys : keys.filter((key) => !found.has(keyOf(key))));
  const bound = known.concat(created);
  await addNodeArgs(unit, requests, args, bound);
  return bound;
}

type NodeKey = Pick<NodeRequest, 'templateVersionId' | 'argsHash'>;

function keyOf({ templateVersionId, argsHash }: NodeKey): string {
  return `${templateVersionId}:${argsHash}`;
}

async function findNodes(unit: WriteUnit, keys: readonly NodeKey[]): Promise<BoundNode[]> {
  return unit.db
    .selectFrom(givenKeys(keys))
    .innerJoin('node', (join) =>
      join
        .onRef('node.task_template_version_id', '=', 'given.templateVersionId')
        .onRef('node.node_args_hash', '=', 'given.argsHash'),
    )
    .select(['node.id', 'given.templateVersionId', 'given.argsHash'])
    .execute();
}

async function insertNodes(unit: WriteUnit, keys: readonly NodeKey[]): Promise<BoundNode[]> {
  if (keys.length === 0) return [];
  return unit.db
    .insertInto('node')
    .columns(['task_template_version_id', 'node_args_hash'])
    .expression((query) => query.selectFrom(givenKeys(keys)).select(['given.templateVersionId', 'given.argsHash']))
    .returning(['id', 'task_template_version_id as templateVersionId', 'node_args_hash as argsHash'])
    .execute();
}

function givenKeys(keys: readonly NodeKey[]) {
  return rowsOf(keys, ['templateVersionId', 'argsHash']).as('given');
}

type NodeArgs = readonly { readonly argId: number; readonly value: string }[];

function argsOf({ args }: NodeRequest): NodeArgs {
  return Object.entries(args).map(([id, value]) => {
    if (!/^\d{1,15}$/.test(id)) {
      throw new SkepError('invalid_usage', `The key ${JSON.stringify(id)} of node_args is not an argument id.`);
    }
    refuseLongText('The node argument value', value, LONGEST_VALUE);
    return { argId: Number(id), value };
  });
}

async function addNodeArgs(
  unit: WriteUnit,
  requests: readonly NodeRequest[],
  args: readonly NodeArgs[],
  bound: readonly BoundNode[],
): Promise<void> {
  const ids = new Map(bound.map((node) => [keyOf(node), node.id]));
  const rows = requests.flatMap((request, index) => {
    const node_id = ids.get(keyOf(request)) as number;
    return (args[index] ?? []).map(({ argId, value }) => ({ node_id, arg_id: argId, val: value }));
  });
  await unit.db
    .insertInto('node_arg')
    .columns(['node_id', 'arg_id', 'val'])
    .expression((query) =>
      query
        .selectFrom(rowsOf(rows, ['node_id', 'arg_id', 'val']).as('given'))
        .select(['given.node_id', 'given.arg_id', 'given.val'])
        .where((given) => given.lit(true)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
