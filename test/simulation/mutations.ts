/** Bugs that somebody could write tomorrow: each is put into the sources in turn, and the simulation has to find it. */
import type { Mutation } from './mutation.ts';
import { PEER_MUTATIONS } from './peer-mutations.ts';
import { SERVER_MUTATIONS } from './server-mutations.ts';

export const MUTATIONS: readonly Mutation[] = [...SERVER_MUTATIONS, ...PEER_MUTATIONS];

/** @throws Error when there is none of this name. */
export function mutationNamed(name: string): Mutation {
  const found = MUTATIONS.find((mutation) => mutation.name === name);
  if (found === undefined) throw new Error(`There is no mutation "${name}".`);
  return found;
}
