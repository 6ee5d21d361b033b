import { availableParallelism } from 'node:os';
import type { Mutation } from './mutation.ts';
import { runSeeds } from './run-seeds.ts';
import type { PromiseName } from './violation.ts';

/** Seeds after which a mutation counts as not caught. */
const PATIENCE = 400;

export interface Caught {
  readonly seed: number;
  readonly promise: PromiseName;
  readonly sentence: string;
}

/** Plays histories with a bug in force until a promise is broken; undefined: none of many was. */
export async function catchMutation(mutation: Mutation, patience = PATIENCE): Promise<Caught | undefined> {
  const results = await runSeeds({
    first: 1,
    count: patience,
    processes: availableParallelism(),
    mutation: mutation.name,
    untilViolation: true,
  });
  const found = results.find(({ violation }) => violation !== undefined);
  return found?.violation && { seed: found.seed, ...found.violation };
}
