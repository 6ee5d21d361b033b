/** Whether what the tasks wrote and what the database holds keep the promises of docs/guarantees.md. */
import { type PlannedTask, SHAPES } from '../scene/shapes.ts';
import type { Stage } from '../scene/stage.ts';
import { type Records, readRecords } from './database.ts';
import { type Fault, fault } from './fault.ts';
import { type JournalLine, readJournal } from './journal.ts';

export interface Promises {
  /**
   * Whether an attempt may be repeated although it had ended well: only where what would have reported that was killed, or
   * was told to end by a client that was. What the server had acknowledged is never repeated.
   */
  readonly mayRepeat: boolean;
}

/** Runs that a client still looks after. */
const LIVE_RUNS = ['G', 'L', 'B', 'I', 'O', 'R', 'C', 'H'];

export function findBrokenPromises(stage: Stage, promises: Promises): Fault[] {
  const lines = readJournal(stage.journal);
  const records = readRecords(stage);
  const shape: readonly PlannedTask[] = SHAPES[stage.shape];
  return [
    ...shape.flatMap((planned) => taskFaults(planned, lines, promises)),
    ...shape.flatMap((planned) => orderFaults(planned, lines)),
    ...shape.flatMap((planned) => recordFaults(planned, records, lines)),
    ...neighbourFaults(lines),
    ...statusFaults(records, shape.length),
  ];
}

function taskFaults(
  { name, maxAttempts }: PlannedTask,
  lines: readonly JournalLine[],
  { mayRepeat }: Promises,
): Fault[] {
  const own = lines.filter(({ task }) => task === name);
  const starts = own.filter(({ what }) => what === 'start');
  const ends = own.filter(({ what }) => what === 'end');
  const faults: Fault[] = [];
  if (ends.length === 0) faults.push(fault('lost', `${name} never ended well.`));
  if (ends.length > 1 && !mayRepeat) faults.push(fault('repeated', `${name} ended well ${ends.length} times.`));
  if (new Set(starts.map(({ taskInstanceId }) => taskInstanceId)).size < starts.length) {
    faults.push(fault('repeated', `An attempt of ${name} was started twice.`));
  }
  for (const [run, { length }] of Map.groupBy(starts, ({ workflowRunId }) => workflowRunId)) {
    if (length <= maxAttempts) continue;
    faults.push(fault('other', `${name} had ${length} attempts in run ${run}; ${maxAttempts} are allowed.`));
  }
  return faults;
}

/** A task starts when its upstream tasks are done, and they stay so. */
function orderFaults({ name, after }: PlannedTask, lines: readonly JournalLine[]): Fault[] {
  const first = lines.findIndex(({ what, task }) => what === 'start' && task === name);
  if (first < 0) return [];
  return after.flatMap((upstream) => {
    const ended = lines.findIndex(({ what, task }) => what === 'end' && task === upstream);
    const restarted = lines.findLastIndex(({ what, task }) => what === 'start' && task === upstream);
    if (ended < 0 || ended > first) return [fault('order', `${name} started before ${upstream} had ended.`)];
    return restarted > first ? [fault('repeated', `${upstream} started after ${name}, which follows it.`)] : [];
  });
}

/** The attempt that the database calls done did end well, and is the last one. */
function recordFaults({ name }: PlannedTask, { instances }: Records, lines: readonly JournalLine[]): Fault[] {
  const done = instances.filter(({ task, status }) => task === name && status === 'D');
  const [last] = done;
  if (last === undefined || done.length > 1) {
    return [fault('lost', `${done.length} attempts of ${name} are done in the database.`)];
  }
  const faults: Fault[] = [];
  if (!lines.some(({ what, taskInstanceId }) => what === 'end' && taskInstanceId === last.id)) {
    faults.push(fault('lost', `Attempt ${last.id} of ${name} is called done and never ended well.`));
  }
  if (lines.some(({ what, task, taskInstanceId }) => what === 'start' && task === name && taskInstanceId > last.id)) {
    faults.push(fault('repeated', `${name} was started again after it was done.`));
  }
  return faults;
}

/** What the tasks themselves noticed: the kernel did not give them their lock. */
function neighbourFaults(lines: readonly JournalLine[]): Fault[] {
  return lines.flatMap(({ what, task }) => {
    if (what === 'overlap') return [fault('overlap', `Two attempts of ${task} lived at once.`)];
    return what === 'crowd' ? [fault('overlap', `${task} ran beside another of its array, which allows one.`)] : [];
  });
}

function statusFaults({ workflows, runs, tasks }: Records, count: number): Fault[] {
  const other = (text: string) => fault('other', text);
  const faults: Fault[] = [];
  if (workflows.length !== 1) faults.push(other(`${workflows.length} workflows are bound, one was run.`));
  if (tasks.length !== count) faults.push(other(`${tasks.length} tasks are bound, of ${count}.`));
  for (const { id, status } of workflows) {
    if (status !== 'D') faults.push(other(`Workflow ${id} has status ${status}.`));
  }
  for (const { name, status } of tasks) if (status !== 'D') faults.push(other(`Task ${name} has status ${status}.`));
  for (const { id, status } of runs) {
    if (LIVE_RUNS.includes(status)) faults.push(other(`Run ${id} has status ${status} although it is over.`));
  }
  return faults;
}
