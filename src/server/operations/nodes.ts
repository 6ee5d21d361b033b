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

/** Names a node within a request and its answer: `<template version>:<hash>`. */
type NodeKey = string;

/** Length of the column of argument values. */
const LONGEST_VALUE = 2048;

/**
 * Finds or creates nodes by template version and hash of their arguments; values of existing nodes stay.
 * @returns the id of each.
 * @throws SkepError `invalid_usage` for an argument id that is none and for a value that is too long.
 */
export async function addNodes(
  unit: WriteUnit,
  requests: readonly NodeRequest[],
): Promise<ReadonlyMap<NodeKey, number>> {
  const args = requests.map(argsOf);
  const keys = requests.map(keyOf);
  const wanted = new Map(requests.map((request, index) => [keys[index] as NodeKey, request]));
  const ids = new Map((await findNodes(unit, [...wanted.values()])).map((node) => [keyOf(node), node.id]));
  const missing = [...wanted].flatMap(([key, request]) => (ids.has(key) ? [] : [request]));
  for (const node of await insertNodes(unit, missing)) ids.set(keyOf(node), node.id);
  await addNodeArgs(
    unit,
    keys.map((key) => ids.get(key) as number),
    args,
  );
  return ids;
}

type NodeIdentity = Pick<NodeRequest, 'templateVersionId' | 'argsHash'>;
type BoundNode = NodeIdentity & { readonly id: number };

function keyOf({ templateVersionId, argsHash }: NodeIdentity): NodeKey {
  return `${templateVersionId}:${argsHash}`;
}

async function findNodes(unit: WriteUnit, nodes: readonly NodeIdentity[]): Promise<BoundNode[]> {
  return unit.db
    .selectFrom(given(nodes))
    .innerJoin('node', (join) =>
      join
        .onRef('node.task_template_version_id', '=', 'given.templateVersionId')
        .onRef('node.node_args_hash', '=', 'given.argsHash'),
    )
    .select(['node.id', 'given.templateVersionId', 'given.argsHash'])
    .execute();
}

async function insertNodes(unit: WriteUnit, nodes: readonly NodeIdentity[]): Promise<BoundNode[]> {
  if (nodes.length === 0) return [];
  return unit.db
    .insertInto('node')
    .columns(['task_template_version_id', 'node_args_hash'])
    .expression((query) => query.selectFrom(given(nodes)).select(['given.templateVersionId', 'given.argsHash']))
    .returning(['id', 'task_template_version_id as templateVersionId', 'node_args_hash as argsHash'])
    .execute();
}

function given(nodes: readonly NodeIdentity[]) {
  return rowsOf<NodeIdentity>(nodes, { templateVersionId: 'integer', argsHash: 'text' }).as('given');
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

async function addNodeArgs(unit: WriteUnit, ids: readonly number[], args: readonly NodeArgs[]): Promise<void> {
  const rows = args.flatMap((ofNode, index) =>
    ofNode.map(({ argId, value }) => ({ node_id: ids[index] as number, arg_id: argId, val: value })),
  );
  await unit.db
    .insertInto('node_arg')
    .columns(['node_id', 'arg_id', 'val'])
    .expression((query) =>
      query
        .selectFrom(rowsOf(rows, { node_id: 'integer', arg_id: 'integer', val: 'text' }).as('given'))
        .select(['given.node_id', 'given.arg_id', 'given.val'])
        .where((given) => given.lit(true)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
