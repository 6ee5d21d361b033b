/** Tasks. Source: client §6, §11.1. */
import { SkepError } from '../core/errors.ts';
import type { TaskStatus } from '../core/status.ts';
import { withIds } from './arguments.ts';
import type { TaskArray } from './array.ts';
import { type Attributes, type AttributesInput, attributesOf } from './attributes.ts';
import { copyOf, type ResourceValues, type ScaleValues } from './defaults.ts';
import { type KeptLinks, type Links, linksOf, withLink } from './links.ts';
import { checkTaskName } from './names.ts';
import type { Node } from './node.ts';
import {
  addTaskAttributes,
  readTaskErrors,
  readTaskUsage,
  type TaskErrors,
  type TaskUsage,
} from './queries/task-results.ts';
import { ResourceScales } from './resources/scales.ts';
import type { TaskResources } from './resources/task-resources.ts';
import type { BoundTask } from './swarm/source.ts';
import type { OwnOptions, ResourcesCallable, SharedOptions } from './task-options.ts';
import type { TaskTemplate } from './task-template.ts';
import type { Workflow } from './workflow.ts';

/** What a template makes a task of. */
export interface TaskParts {
  readonly node: Node;
  /** Text of each task argument, in the order of the template's `taskArgs`. */
  readonly taskArgumentTexts: readonly string[];
  readonly command: string;
  readonly defaultName: () => string;
  readonly own: OwnOptions;
  /** Kept as it is: the template copies what a user could change. */
  readonly shared: SharedOptions;
}

/** Attempts of a task for which neither it nor its workflow says how many. */
const DEFAULT_MAX_ATTEMPTS = 3;

/** One command to be run, once everything upstream of it is done. Made by {@link TaskTemplate.createTask}. */
export class Task implements BoundTask {
  readonly node: Node;
  readonly taskArgumentTexts: readonly string[];
  readonly name: string;
  readonly command: string;
  #options: SharedOptions;
  #attributes: Attributes | undefined;
  #upstream: KeptLinks<Task>;
  #downstream: KeptLinks<Task>;
  #array: TaskArray | undefined;
  #position: number | undefined;
  #taskId: number | undefined;
  #initialStatus: TaskStatus | undefined;
  #finalStatus: TaskStatus | undefined;
  #errors: TaskErrors | undefined;
  #resources: TaskResources | undefined;
  #adopted: TaskResources | undefined;
  #scales: ResourceScales | undefined;

  constructor({ node, taskArgumentTexts, command, defaultName, own, shared }: TaskParts) {
    this.node = node;
    this.taskArgumentTexts = taskArgumentTexts;
    this.command = command;
    this.name = own.name === undefined ? defaultName() : checkTaskName(own.name);
    this.#options = shared;
    this.#attributes = attributesOf(own.taskAttributes, `task ${this.name}`);
    for (const task of own.upstreamTasks ?? []) this.addUpstream(task);
  }

  get template(): TaskTemplate {
    return this.node.template;
  }

  /** Task argument name → text. */
  get taskArgs(): Readonly<Record<string, string>> {
    const names = this.template.taskArgs;
    return Object.fromEntries(names.map((name, index) => [name, this.taskArgumentTexts[index] as string]));
  }

  /** The server's id of each task argument → text. @throws SkepError not_bound */
  get mappedTaskArgs(): ReadonlyMap<number, string> {
    return new Map(withIds(this.template.taskArgs, this.template, this.taskArgumentTexts));
  }

  /** Name → text or null; undefined when there are none. */
  get attributes(): Attributes | undefined {
    return this.#attributes;
  }

  get upstreamTasks(): Links<Task> {
    return linksOf(this.#upstream);
  }

  get downstreamTasks(): Links<Task> {
    return linksOf(this.#downstream);
  }

  /** Its array, which is that of its template in its workflow. @throws SkepError not_bound before it is in a workflow. */
  get array(): TaskArray {
    if (this.#array !== undefined) return this.#array;
    throw new SkepError('not_bound', `Task ${this.name} is in no array before it is added to a workflow.`);
  }

  /** Whether it was made as part of an array or was added to a workflow. */
  get hasArray(): boolean {
    return this.#array !== undefined;
  }

  /** The workflow that it was added to, if any. */
  get workflow(): Workflow | undefined {
    return this.#position === undefined ? undefined : this.#array?.workflow;
  }

  /** Its place in the order in which tasks were added to the workflow, from 0. @throws SkepError not_bound */
  get position(): number {
    return this.#bound(this.#position, 'is in no workflow');
  }

  /** Its own cluster, else that of its array. */
  get clusterName(): string {
    return this.#options.clusterName || this.array.clusterName;
  }

  /** The cluster that it names itself, if any. */
  get ownClusterName(): string | undefined {
    return this.#options.clusterName || undefined;
  }

  get fallbackQueues(): readonly string[] {
    return this.#options.fallbackQueues ?? [];
  }

  get maxAttempts(): number {
    return this.#options.maxAttempts ?? this.workflow?.defaultMaxAttempts ?? DEFAULT_MAX_ATTEMPTS;
  }

  get computeResourcesCallable(): ResourcesCallable | undefined {
    const callable = this.#options.computeResourcesCallable ?? this.#array?.computeResourcesCallable;
    if (callable === undefined || this.#adopted === undefined) return callable;
    const changes = this.#adopted.changesFrom(this.#bound(this.#resources, 'has no resources'));
    return async () => ({ ...(await callable()), ...changes });
  }

  /** The resources that it names itself, over everything that it shares with others. */
  get ownComputeResources(): ResourceValues | undefined {
    return this.#options.computeResources;
  }

  /** The scales that it names itself, over everything that it shares with others. */
  get ownResourceScales(): ScaleValues | undefined {
    return this.#options.resourceScales;
  }

  /** Its requested resources as they are before any adjustment: workflow ← template ← array ← task. A fresh copy. */
  get computeResources(): ResourceValues {
    const { clusterName, array, template } = this;
    return copyOf({
      ...this.workflow?.defaultComputeResources(clusterName),
      ...template.defaultComputeResources(clusterName),
      ...array.computeResources,
      ...this.#options.computeResources,
    });
  }

  /** The server's id. @throws SkepError not_bound before the tasks were bound. */
  get taskId(): number {
    return this.#bound(this.#taskId, 'has no id before it is bound');
  }

  get isBound(): boolean {
    return this.#taskId !== undefined;
  }

  get arrayId(): number {
    return this.array.arrayId;
  }

  /** Its status when it was bound: D if a former run did it. @throws SkepError not_bound */
  get initialStatus(): TaskStatus {
    return this.#bound(this.#initialStatus, 'has no status before it is bound');
  }

  /** Its status when the last run ended. @throws SkepError not_bound before that. */
  get finalStatus(): TaskStatus {
    return this.#bound(this.#finalStatus, 'has no final status before a run ended');
  }

  /** Whether a run has ended since it was bound, so that {@link finalStatus} is known. */
  get isFinished(): boolean {
    return this.#finalStatus !== undefined;
  }

  /** The resources on its queue with which a run begins. @throws SkepError not_bound before the workflow was validated. */
  get originalTaskResources(): TaskResources {
    return this.#adopted ?? this.#bound(this.#resources, 'has no queue before the workflow is validated');
  }

  /** Its scales for the run. @throws SkepError not_bound before the workflow was validated. */
  get resourceScales(): ResourceScales {
    return this.#bound(this.#scales, 'has no scales before the workflow is validated');
  }

  /** Lets this task wait for `task`. @throws SkepError invalid_usage when the workflow of either is bound */
  addUpstream(task: Task): void {
    if (this.workflow?.isBound || task.workflow?.isBound) {
      const sentence = `Task ${this.name} cannot be made to wait for ${task.name}: the workflow is bound.`;
      throw new SkepError('invalid_usage', sentence);
    }
    this.#upstream = withLink(this.#upstream, task);
    task.#downstream = withLink(task.#downstream, this);
  }

  addUpstreams(tasks: Iterable<Task>): void {
    for (const task of tasks) this.addUpstream(task);
  }

  /** Lets `task` wait for this one. */
  addDownstream(task: Task): void {
    task.addUpstream(this);
  }

  addDownstreams(tasks: Iterable<Task>): void {
    for (const task of tasks) this.addDownstream(task);
  }

  /** Adds an attribute, or changes it, see {@link addAttributes}. */
  addAttribute(name: string, value: unknown): Promise<void> {
    return this.addAttributes({ [name]: value });
  }

  /**
   * Adds attributes, or changes them. The promise has to be awaited only when the task is bound: then the server is told.
   * @throws SkepError argument_invalid
   */
  async addAttributes(attributes: AttributesInput): Promise<void> {
    const added = attributesOf(attributes, `task ${this.name}`);
    if (added === undefined) return;
    this.#attributes = { ...this.#attributes, ...added };
    const requester = this.workflow?.requester;
    if (requester && this.isBound) await addTaskAttributes(requester, added, this.taskId);
  }

  /** Changes only the given resources of this task. */
  updateComputeResources(resources: ResourceValues): void {
    this.#options = { ...this.#options, computeResources: copyOf({ ...this.#options.computeResources, ...resources }) };
  }

  /** Changes only the given scales of this task. @throws SkepError scale_invalid */
  updateResourceScales(scales: ScaleValues): void {
    const merged = copyOf({ ...this.#options.resourceScales, ...scales });
    ResourceScales.from(merged);
    this.#options = { ...this.#options, resourceScales: merged };
  }

  /**
   * The errors of its last failed attempt; undefined when it has none, or is not bound. Those of a run that has ended are
   * asked for once. Source: client §13.1.
   */
  async getErrors(): Promise<TaskErrors | undefined> {
    const requester = this.workflow?.requester;
    if (!requester || !this.isBound) return undefined;
    if (this.#errors) return this.#errors;
    const errors = await readTaskErrors(requester, this.taskId);
    if (this.isFinished) this.#errors = errors;
    return errors;
  }

  /** What its done attempt used; all null before one is done. @throws SkepError not_bound. Source: client §13.2. */
  async resourceUsage(): Promise<TaskUsage> {
    const requester = this.#bound(this.workflow?.requester, 'is not bound');
    return readTaskUsage(requester, this.taskId);
  }

  /** Called by the array that it becomes a member of. */
  joinArray(array: TaskArray): void {
    this.#array = array;
  }

  /** Called by the workflow that it was added to. */
  joinWorkflow(position: number): void {
    this.#position = position;
  }

  /** Called by the validation with what it resolved. */
  resolve(resources: TaskResources, scales: ResourceScales): void {
    this.#resources = resources;
    this.#scales = scales;
  }

  /** Called at the beginning of a run with what people gave it in place of what it asks for; undefined: nothing. */
  adopt(resources: TaskResources | undefined): void {
    this.#adopted = resources;
  }

  /** Called by the binding with the server's answer. */
  bind(taskId: number, initialStatus: TaskStatus): void {
    this.#taskId = taskId;
    this.#initialStatus = initialStatus;
    this.#finalStatus = undefined;
    this.#errors = undefined;
  }

  /** Called at the end of a run. */
  finish(status: TaskStatus): void {
    this.#finalStatus = status;
  }

  #bound<Value>(value: Value | undefined, fault: string): Value {
    if (value !== undefined) return value;
    throw new SkepError('not_bound', `Task ${this.name} ${fault}.`);
  }
}
