import { createHash, hash } from 'node:crypto';

/**
 * The identities of nodes, tasks, dags and workflows. Two programs recognise each other's work only if these agree bit
 * for bit, so the definitions are kept with their oddities; none of them protects a secret.
 *
 * Source of everything here: client §2.2 and §2.3.
 */

/** Argument id (given by the server) and text of the value, see `textOf`. */
type ArgumentText = readonly [id: number, text: string];

export interface ArgumentClasses {
  readonly nodeArgs: readonly string[];
  readonly taskArgs: readonly string[];
  readonly opArgs: readonly string[];
}

/** Which argument names a template version has in which class, up to 256 bits. Depends on no order. */
export function argMappingHash({ nodeArgs, taskArgs, opArgs }: ArgumentClasses): bigint {
  return sha([nodeArgs, taskArgs, opArgs].map((names) => [...names].sort(byCodePoint).join('')).join(','));
}

/** The node arguments of one node, up to 256 bits. */
export function nodeArgsHash(args: Iterable<ArgumentText>): bigint {
  return sha(joinedArguments(args, '_'));
}

/** H(node): the node within its tool, below 2^63. */
export function nodeHash(argsHash: bigint, taskTemplateVersionId: number): bigint {
  return reduced(sha(`${argsHash}${taskTemplateVersionId}`));
}

/**
 * The task arguments of one task, up to 256 bits. Nothing separates ids and values, so that ids 1, 23 and 12, 3 collide:
 * part of the agreed definition.
 */
export function taskArgsHash(args: Iterable<ArgumentText>): bigint {
  return sha(joinedArguments(args, ''));
}

/** H(task): the task within its workflow, below 2^63. */
export function taskHash(hashOfNode: bigint, argsHash: bigint): bigint {
  return reduced(sha(`${hashOfNode}${argsHash}`));
}

/**
 * Nodes and edges of a dag, below 2^63. Depends on no order; memory is twelve bytes per node beyond the input.
 * @param nodes H(node) of every node, see {@link nodeHash}.
 * @param downstreamOf H(node) of every node that depends directly on the one at an index of `nodes`, in any order.
 */
export function dagHash(nodes: BigUint64Array, downstreamOf: (index: number) => readonly bigint[]): bigint {
  return reduced(shaOfPieces(dagPieces(nodes, downstreamOf)));
}

/** The set of tasks of a workflow from their H(task), up to 256 bits: the `task_hash` of a workflow on the wire. */
export function taskSetHash(taskHashes: BigUint64Array): bigint {
  return shaOfPieces(taskHashes.toSorted());
}

/** The workflow args, up to 256 bits. */
export function workflowArgsHash(workflowArgs: string): bigint {
  return sha(workflowArgs);
}

/** All ids in ascending order, then all values in the same order. */
function joinedArguments(args: Iterable<ArgumentText>, separator: string): string {
  const sorted = [...args].sort(([left], [right]) => left - right);
  return [...sorted.map(([id]) => id), ...sorted.map(([, text]) => text)].join(separator);
}

function* dagPieces(nodes: BigUint64Array, downstreamOf: (index: number) => readonly bigint[]): Generator<bigint> {
  for (const index of ascending(nodes)) {
    yield nodes[index] as bigint;
    const downstream = downstreamOf(index);
    yield* downstream.length > 1 ? downstream.toSorted(byValue) : downstream;
  }
}

/** The indices of the values, smallest value first. Floats keep the order of most; only what they round alike is compared. */
function ascending(values: BigUint64Array): Uint32Array {
  const rounded = Float64Array.from(values, Number);
  return Uint32Array.from(values.keys()).sort(
    (left, right) =>
      (rounded[left] as number) - (rounded[right] as number) ||
      byValue(values[left] as bigint, values[right] as bigint),
  );
}

/** SHA-256 over UTF-8, read as one unsigned big-endian integer. */
function sha(text: string): bigint {
  return BigInt(`0x${hash('sha256', text, 'hex')}`);
}

/** Long enough that the cost of a call into the hash vanishes, short enough that memory stays flat. */
const CHUNK_LENGTH = 65_536;

/** {@link sha} of the decimal digits of all pieces, joined with nothing, without ever holding the whole text. */
function shaOfPieces(pieces: Iterable<bigint>): bigint {
  const digest = createHash('sha256');
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    digest.update(chunk);
    chunk = '';
  }
  return BigInt(`0x${digest.update(chunk).digest('hex')}`);
}

const WORD_LIMIT = 2n ** 63n;
const MERSENNE_PRIME = 2n ** 61n - 1n;

/** What 64-bit CPython makes of an object's own hash: the definitions above were first written down in it. */
function reduced(value: bigint): bigint {
  return value < WORD_LIMIT ? value : value % MERSENNE_PRIME;
}

function byValue(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** UTF-8 keeps the order of code points; JavaScript's own order is that of UTF-16 units, which differs beyond U+FFFF. */
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
