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
  const keys = requests.map(({ templateVersionId, argsHash }) => ({ templateVersionId, argsHash }));
  const given = rowsOf(keys, ['templateVersionId', 'argsHash']).as('given');
  await unit.db
    .insertInto('node')
    .columns(['task_template_version_id', 'node_args_hash'])
    .expression((query) =>
      query
        .selectFrom(given)
        .select(['given.templateVersionId', 'given.argsHash'])
        .distinct()
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('node')
                .select('node.id')
                .whereRef('node.task_template_version_id', '=', 'given.templateVersionId')
                .whereRef('node.node_args_hash', '=', 'given.argsHash'),
            ),
          ),
        ),
    )
    .execute();
  const bound = await unit.db
    .selectFrom(given)
    .innerJoin('node', (join) =>
      join
        .onRef('node.task_template_version_id', '=', 'given.templateVersionId')
        .onRef('node.node_args_hash', '=', 'given.argsHash'),
    )
    .select(['node.id', 'given.templateVersionId', 'given.argsHash'])
    .execute();
  await addNodeArgs(unit, requests, args, bound);
  return bound;
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
  const ids = new Map(bound.map((node) => [`${node.templateVersionId}:${node.argsHash}`, node.id]));
  const rows = requests.flatMap(({ templateVersionId, argsHash }, index) => {
    const node_id = ids.get(`${templateVersionId}:${argsHash}`) as number;
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
