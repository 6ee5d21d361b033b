/** A bug that somebody could write tomorrow. */
import type { PromiseName } from './violation.ts';

export interface Mutation {
  /** What the bug does. */
  readonly name: string;
  readonly file: string;
  /** Text of the file that occurs exactly once, and what takes its place. */
  readonly find: string;
  readonly replacement: string;
  /** Promises of which it breaks at least one. */
  readonly breaks: readonly PromiseName[];
  /** The first few seeds find it. */
  readonly isQuick?: boolean;
}

/** The source with the bug in it. @throws Error when the text to find is not there exactly once. */
export function mutated({ name, file, find, replacement }: Mutation, source: string): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`${file} holds the text of the mutation "${name}" ${parts.length - 1} times.`);
  return parts.join(replacement);
}
