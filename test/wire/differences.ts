/**
 * Where our answers differ from those of the system that the surface is compatible with, on purpose, and why. The replay of
 * recorded exchanges takes its exceptions from here, and `docs/wire.md` its table.
 */
import type { RouteName } from '../../src/api/routes.ts';
import { WORKFLOW_STATUSES, type WorkflowStatus } from '../../src/core/status.ts';
import { labelOfTask } from '../../src/core/task-label.ts';
import type { Answer } from './comparable.ts';
import type { WholeAnswer } from './replay.ts';

export interface Difference {
  /** One route, or some words that say which. */
  readonly route: RouteName | `${string} ${string}`;
  /** What we do. */
  readonly what: string;
  readonly reason: string;
  /**
   * How it shows in the recordings: turns a recorded answer into ours; or a poll that tells the same status again. Absent
   * when no recorded request meets it.
   */
  readonly inReplay?: ((recorded: WholeAnswer) => WholeAnswer) | 'told again';
}

/** Mends the body of recorded answers that were carried out. */
const body =
  (mend: (body: Answer) => Answer) =>
  (recorded: WholeAnswer): WholeAnswer =>
    recorded.status === 200 ? { ...recorded, body: mend(recorded.body) } : recorded;

const byId =
  <Element>(idOf: (element: Element) => number) =>
  (a: Element, b: Element) =>
    idOf(a) - idOf(b);

const STABLE_ORDER = 'No order is promised; a stable one makes two answers comparable.';
const BAD_INPUT = 'A peer repeats a request that got 5xx for minutes; for bad input that is in vain.';

export const DIFFERENCES: readonly Difference[] = [
  {
    route: 'all routes',
    what: 'Bad input gets 400 with the field at fault, an unknown id 404, also where the reference answers 500 or 503.',
    reason: BAD_INPUT,
  },
  {
    route: 'all routes',
    what: 'Requests need the token of the server, unless `auth.mode` is `none`. A peer that knows no token gets `/t/<token>` as part of its base address.',
    reason: 'A server that anybody can reach runs anybody’s commands.',
  },
  {
    route: 'all routes',
    what: 'A body that holds more than two million values, or is nested more than 100 levels deep, is refused.',
    reason: 'Nobody sends such; parsing and checking it would keep everybody else waiting.',
  },
  {
    route: 'all routes',
    what: 'Half a surrogate pair in a text becomes the replacement character.',
    reason:
      'It is no Unicode text; no database keeps it, and the output of a command must not make its report invalid.',
  },
  {
    route: 'all routes',
    what: 'A number that is whole is written without a fraction: 1, where the reference writes 1.0.',
    reason: 'JSON has one kind of number, and every reader reads both alike.',
  },
  {
    route: 'all routes',
    what: 'The answer is sent after the commit, never before it.',
    reason: 'What was acknowledged must be there when it is read.',
  },
  {
    route: 'reports of task instances',
    what: 'A report that arrives while the instance is being triaged is taken: the instance runs again, or ends as reported.',
    reason: 'The reference refuses it, and the worker kills a healthy command or loses a finished result.',
  },
  {
    route: 'reports of task instances',
    what: 'A repeated report changes nothing: no second error is logged, no path is set to null.',
    reason: 'A peer whose answer was lost sends again.',
  },
  {
    route: 'logUnknownError',
    what: 'A report about an instance that was heard of meanwhile changes nothing and gets 200.',
    reason: 'The reference fails with 500, and the distributor stands still for minutes.',
  },
  {
    route: 'instantiateTaskInstances',
    what: 'Only instances that are queued (or instantiated already) become instantiated.',
    reason: 'The reference revives instances that were ended meanwhile.',
  },
  {
    route: 'instantiateTaskInstances',
    what: 'Each batch has a sixth element: the step of each task instance.',
    reason: 'A batch may come in two parts; with the steps each part is launched under the right numbers.',
    inReplay: body(({ task_instance_batches }) => ({
      task_instance_batches: task_instance_batches.map((batch: Answer[]) => [
        ...batch,
        batch[4].map((_id: number, step: number) => step),
      ]),
    })),
  },
  {
    route: 'bindTasks',
    what: 'While a run of the workflow is alive, tasks that exist stay as they are.',
    reason: 'A late copy of a request, or the client that loses a race for the run, would set back tasks that run.',
  },
  {
    route: 'queueTaskBatch',
    what: 'A task gets at most one new instance, however requests overlap.',
    reason: 'The reference makes duplicates, and a task would run twice at once.',
  },
  {
    route: 'getTaskStatusUpdates',
    what: 'Tells again what changed within the ten seconds before `last_sync`.',
    reason:
      'A change that was committed after the last poll but stamped before it would be lost; a status that is told twice is ignored.',
    inReplay: 'told again',
  },
  {
    route: 'increaseResources',
    what: 'Scales once for each failed attempt, into a new row of resources; the task keeps its status until it is reset.',
    reason:
      'In the reference tasks that share a row scale each other, a repeated request scales again, and pollers see a status that no swarm knows.',
  },
  {
    route: 'runs in I and O',
    what: 'A run whose distributor is starting counts as alive, can be stopped, and its workflow resumed.',
    reason: 'In the reference a workflow whose client dies at that moment can never be resumed.',
  },
  {
    route: 'bindWorkflow',
    what: 'A workflow without a run that was never bound to its end is reported as newly created again.',
    reason: 'The answer to the first request may have been lost.',
  },
  {
    route: 'updateTaskStatuses',
    what: 'Takes D and G alone, for tasks of the workflow that is named; with G the attempts start anew. A refusal changes nothing.',
    reason: 'The reference takes any text, changes tasks of another workflow, and keeps half of a request that failed.',
  },
  {
    route: 'getSubDag',
    what: 'Tasks of several workflows are refused.',
    reason: 'The reference silently answers for the first workflow.',
  },
  {
    route: 'getInstanceErrors',
    what: 'Every error has its task, its task instance and its own id.',
    reason: 'The reference leaves the first two empty and puts the id of the instance into the third.',
  },
  {
    route: 'getTemplateErrors',
    what: 'All errors are clustered, then paged; texts that differ in numbers alone are one cluster. A page below 1 is refused.',
    reason:
      'The reference clusters one page at a time, puts different texts of like structure together, and fails on errors without words.',
  },
  {
    route: 'getRequestedCores',
    what: '`cores` counts where `num_cores` is missing.',
    reason: 'The reference reads a name that no request uses, and answers 1 for everything.',
  },
  {
    route: 'terminateTaskInstances',
    what: 'Changes nothing once the run has ended.',
    reason: 'It is a late copy, and would kill what a hot resume had spared.',
  },
  {
    route: 'fixStatusInconsistency',
    what: 'The last window is the one that reaches the newest workflow.',
    reason: 'The reference compares with the number of workflows, and never reaches the last ones if some are gone.',
  },
  {
    route: 'reapWorkflowRun',
    what: 'Ends a run only if it is still silent and still in the status that was read; any other status is answered as it is.',
    reason:
      'The reference overwrites runs that ended meanwhile, and fails with 500 on statuses that it does not expect.',
  },
  {
    route: 'getTaskTemplates',
    what: 'By ascending id.',
    reason: STABLE_ORDER,
    inReplay: body(({ task_templates }) => ({ task_templates: task_templates.toSorted(byId(([id]: [number]) => id)) })),
  },
  {
    route: 'getAvailableStatuses',
    what: 'By name.',
    reason: STABLE_ORDER,
    inReplay: body(({ available_statuses }) => ({ available_statuses: available_statuses.toSorted() })),
  },
  {
    route: 'getTaskDependencies',
    what: 'By ascending id.',
    reason: STABLE_ORDER,
    inReplay: body(({ up, down }) => {
      const order = byId(([{ id }]: [{ id: number }]) => id);
      return { up: up.toSorted(order), down: down.toSorted(order) };
    }),
  },
  {
    route: 'getArrayTasks',
    what: 'By ascending id of the task, then of the task instance.',
    reason: STABLE_ORDER,
    inReplay: body(({ array_tasks }) => ({
      array_tasks: array_tasks.toSorted(
        byId(({ TASK_ID, TASK_INSTANCE_ID }: Answer) => TASK_ID * 1000 + TASK_INSTANCE_ID),
      ),
    })),
  },
  {
    route: 'getWorkflowStatus',
    what: 'Counts and shares of every status, and all columns also when no row is left.',
    reason:
      'With newer versions of its libraries the reference counts no status at all, and an empty table lacks SCHEDULED.',
    inReplay: body(({ workflows }) => ({ workflows: countedOut(workflows) })),
  },
  {
    route: 'getWorkflowTasks',
    what: 'STATUS is the label, DONE.',
    reason: 'It is documented so; the recorded server leaves the letter.',
    inReplay: body(({ workflow_tasks: { STATUS, ...others } }) => ({
      workflow_tasks: { ...others, STATUS: mapped(STATUS, labelOfTask) },
    })),
  },
  {
    route: 'getWorkflowOverview',
    what: 'Dates have a T between day and time, on every database.',
    reason: 'The reference writes it so on one database and not on the other; the web page reads both.',
    inReplay: body(({ workflows }) => ({
      workflows: workflows.map((workflow: Answer) => ({
        ...workflow,
        wf_submitted_date: '<dayTtime>',
        wf_status_date: '<dayTtime>',
      })),
    })),
  },
  {
    route: 'getWorkflowDetails',
    what: 'One element, of the newest run.',
    reason: 'The reference gives one for each run and its web page shows the first, which is the oldest.',
    inReplay: body((runs) => runs.slice(-1)),
  },
  {
    route: 'getWorkflowDetails',
    what: 'Statuses are described in our own words.',
    reason: 'They are for people; no peer reads them.',
    inReplay: body((runs) =>
      runs.map((run: Answer) => ({
        ...run,
        wf_status_desc: WORKFLOW_STATUSES[run.wf_status as WorkflowStatus].description,
      })),
    ),
  },
  {
    route: 'validateReset',
    what: 'The newest run counts, whatever its status: null if it did not end without success.',
    reason: 'The reference looks at failed runs alone, and lets a workflow be reset that has succeeded or runs since.',
    inReplay: body(() => ({ workflow_run_id: null })),
  },
  {
    route: 'getTaskInstanceDetails',
    what: 'The JSON text of the resources has no blanks.',
    reason: 'It is read as JSON.',
    inReplay: body(({ taskinstances }) => ({ taskinstances: withCompact(taskinstances, 'ti_resources') })),
  },
  {
    route: 'getTemplateResourceUsage',
    what: 'The JSON text of the resources has no blanks.',
    reason: 'It is read as JSON.',
    inReplay: body(({ result_viz, ...others }) => ({
      ...others,
      result_viz: result_viz === null ? null : withCompact(result_viz, 'requested_resources'),
    })),
  },
];

const withCompact = (rows: Answer[], field: string) =>
  rows.map((row) => ({ ...row, [field]: JSON.stringify(JSON.parse(row[field])) }));

const mapped = (column: Record<string, string>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(column).map(([row, value]) => [row, change(value)]));

/** All tasks of the recorded workflows are done. */
function countedOut({ TASKS, ...others }: Answer): Answer {
  const done = mapped(TASKS, (count) => `${count} (100.0%)`);
  return { SCHEDULED: {}, ...others, TASKS, DONE: done };
}
