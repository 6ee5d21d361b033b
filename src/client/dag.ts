import { SkepError } from '../core/errors.ts';
import { checkAcyclic, checkDependencies } from './graph.ts';
import type { Node } from './node.ts';
import type { Task } from './task.ts';

/** The nodes of a workflow and their edges, which it may share with other workflows. Source: client §11.3. */
export class Dag {
  readonly #tasks: readonly Task[];
  #dagId: number | undefined;

  /** @param tasks the list of the workflow, which grows with it. */
  constructor(tasks: readonly Task[]) {
    this.#tasks = tasks;
  }

  get nodes(): Node[] {
    return this.#tasks.map(({ node }) => node);
  }

  /** The server's id. @throws SkepError not_bound before the workflow was bound. */
  get dagId(): number {
    if (this.#dagId !== undefined) return this.#dagId;
    throw new SkepError('not_bound', 'The dag has no id before its workflow is bound.');
  }

  /** @throws SkepError dag_incomplete or dag_cyclic naming the tasks. */
  validate(): void {
    checkDependencies(this.#tasks);
    checkAcyclic(this.#tasks);
  }

  /** Called by the binding with the server's id. */
  bind(dagId: number): void {
    this.#dagId = dagId;
  }
}
