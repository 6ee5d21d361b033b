import { SkepError } from '../core/errors.ts';
import { withIds } from './arguments.ts';
import type { TaskTemplate } from './task-template.ts';

/** A place in a dag: a template version with the values of its node arguments. Source: client §11.3. */
export class Node {
  readonly template: TaskTemplate;
  /** Text of each node argument, in the order of the template's `nodeArgs`. */
  readonly argumentTexts: readonly string[];
  #nodeId: number | undefined;

  constructor(template: TaskTemplate, argumentTexts: readonly string[]) {
    this.template = template;
    this.argumentTexts = argumentTexts;
  }

  /** The server's id. @throws SkepError not_bound before the workflow was bound. */
  get nodeId(): number {
    if (this.#nodeId !== undefined) return this.#nodeId;
    throw new SkepError('not_bound', `A node of template ${this.template.templateName} has no id before it is bound.`);
  }

  /** Node argument name → text. */
  get args(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.template.nodeArgs.map((name, index) => [name, this.argumentTexts[index] as string]));
  }

  /** The server's id of each node argument → text. @throws SkepError not_bound */
  get mappedArgs(): ReadonlyMap<number, string> {
    return new Map(withIds(this.template.nodeArgs, this.template, this.argumentTexts));
  }

  /** What tells nodes of one template version apart before the server's ids are known. */
  get key(): string {
    const [first] = this.argumentTexts;
    return first !== undefined && this.argumentTexts.length === 1 ? first : JSON.stringify(this.argumentTexts);
  }

  /** Called by the binding with the server's id. */
  bind(nodeId: number): void {
    this.#nodeId = nodeId;
  }
}
