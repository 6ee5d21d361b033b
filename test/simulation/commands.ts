/** What the commands themselves did: the truth, against which every promise is held. */
import type { SimulatedProcess } from './process.ts';
import type { Execution, PlannedTask } from './scenario.ts';
import type { World } from './world.ts';

interface TaskTruth {
  /** Executions that have begun. */
  starts: number;
  hasSucceeded: boolean;
  /** Commands that live, each with its task instance. */
  readonly live: Map<SimulatedProcess, number>;
}

export class Commands {
  readonly #world: World;
  readonly #tasks: readonly TaskTruth[];
  /** Task instance → the exit status of its command; null: it was killed; undefined: it lives. */
  readonly #instances = new Map<number, number | null | undefined>();

  constructor(world: World) {
    this.#world = world;
    this.#tasks = world.scenario.tasks.map(() => ({ starts: 0, hasSucceeded: false, live: new Map() }));
  }

  get live(): number {
    return this.#tasks.reduce((sum, { live }) => sum + live.size, 0);
  }

  /** Executions that have begun, of all tasks. */
  get starts(): number {
    return this.#tasks.reduce((sum, task) => sum + task.starts, 0);
  }

  hasSucceeded(index: number): boolean {
    return this.#tasks[index]?.hasSucceeded === true;
  }

  /** Whether the command of an instance was started. */
  hasBegun(instance: number): boolean {
    return this.#instances.has(instance);
  }

  /** Whether the command of an instance ran and ended with status 0. */
  endedWell(instance: number): boolean {
    return this.#instances.get(instance) === 0;
  }

  /** A command begins: everything that must be so at this moment. */
  begin(process: SimulatedProcess, index: number, instance: number): Execution {
    const { history, ledger, scenario } = this.#world;
    const task = this.#tasks[index] as TaskTruth;
    history.add(`START t${index} instance ${instance} as ${process.name}`);
    const where = `the command of instance ${instance} of task t${index} started`;
    for (const upstream of scenario.tasks[index]?.upstreams ?? []) {
      if (!this.hasSucceeded(upstream))
        this.#world.violate('I2', `${where}, but upstream t${upstream} has not succeeded.`);
      const status = ledger.taskStatus(upstream);
      if (status !== 'D') this.#world.violate('I2', `${where}, but upstream t${upstream} is in status ${status}.`);
    }
    for (const [other, otherInstance] of task.live) {
      if (ledger.wasGivenUpUnasked(otherInstance, instance)) continue;
      this.#world.violate('I3', `${where} while ${other.name} of the same task lives.`);
    }
    if (this.#instances.has(instance)) this.#world.violate('I4', `${where} for the second time.`);
    if (ledger.taskStatus(index) === 'D') this.#world.violate('I9', `${where}, but the task is done.`);
    this.#instances.set(instance, undefined);
    task.live.set(process, instance);
    return this.#executionOf(index, task.starts++);
  }

  finish(process: SimulatedProcess, index: number, instance: number): void {
    const task = this.#tasks[index] as TaskTruth;
    const { code = null, signal = null } = process.end ?? {};
    this.#world.history.add(`END t${index} instance ${instance}: ${signal ?? code}`);
    task.live.delete(process);
    this.#instances.set(instance, code);
    if (code === 0) task.hasSucceeded = true;
  }

  #executionOf(index: number, start: number): Execution {
    const { executions, lastExecution } = this.#world.scenario.tasks[index] as PlannedTask;
    const planned = executions[start] ?? lastExecution;
    return this.#world.hasFaults ? planned : hastened(planned);
  }
}

/** Milliseconds that a command takes at most when nothing goes wrong any more: then there is nothing to see but its end. */
const HASTE = 2000;

/** The same execution, sooner over; the limit on its time, which ends an endless one, is a fault too. */
function hastened({ ending, duration, dying }: Execution): Execution {
  return { ending: ending === 'endless' ? 'failure' : ending, duration: Math.min(duration, HASTE), dying };
}
