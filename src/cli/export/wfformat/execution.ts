/** What tasks did, in the words of WfFormat. */
import { recordedCommandOf } from '../../../client/input/wfformat/workflow.ts';
import type { AttemptRecord, TaskRecord } from '../../../client/queries/task-records.ts';
import { wordsOfSimpleCommand } from '../../../core/shell-words.ts';
import { timestamp } from '../timestamp.ts';

/** An element of `workflow.execution.tasks`; what is not known is left out. */
export function executionTask(id: string, task: TaskRecord, attempt: AttemptRecord, isRecorded: boolean) {
  const { run_time: seconds, started, cpu, memory, asked, nodename } = attempt;
  return {
    id,
    runtimeInSeconds: rounded(seconds ?? 0),
    ...(started !== null && { executedAt: timestamp(started) }),
    ...commandOf(isRecorded ? recordedCommandOf(task.command) : task.command),
    ...(asked.cores !== null && asked.cores >= 1 && { coreCount: asked.cores }),
    ...(cpu !== null && seconds !== null && seconds > 0 && { avgCPU: rounded((100 * cpu) / seconds) }),
    ...(memory !== null && { memoryInBytes: memory }),
    ...(isHostName(nodename) && { machines: [nodename] }),
  };
}

/** A program with its arguments; what a shell has to read is an argument of the shell. */
function commandOf(command: string | undefined) {
  if (command === undefined || command.trim() === '') return {};
  const words = wordsOfSimpleCommand(command);
  // The format knows no empty argument.
  const [program, ...rest] = words === undefined || words.includes('') ? ['sh', '-c', command] : words;
  return { command: { program, arguments: rest } };
}

/** From the first beginning to the last end of the attempts, and where they ran. */
export class Span {
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  readonly #machines = new Set<string>();

  add({ started, status_changed: ended, nodename }: AttemptRecord): void {
    this.#from = Math.min(this.#from, started ?? ended);
    this.#until = Math.max(this.#until, ended);
    if (isHostName(nodename)) this.#machines.add(nodename);
  }

  /** Of at least one attempt. */
  summary() {
    return {
      makespanInSeconds: rounded((this.#until - this.#from) / 1000),
      executedAt: timestamp(this.#from),
      ...(this.#machines.size > 0 && { machines: Array.from(this.#machines, (nodeName) => ({ nodeName })) }),
    };
  }
}

/** Milliseconds are what is measured; more digits would be noise. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Names of machines that others report are texts like any. */
function isHostName(name: string | null): name is string {
  return name !== null && /^[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?$/i.test(name) && !name.includes('..');
}
