/** Foretells the end of a workflow from what the database knows of it, in few statements that no number of tasks makes longer. */
import { TERMINATING_STATUSES, type WorkflowRunStatus } from '../../../../core/status.ts';
import type { ReadUnit } from '../../../db/unit.ts';
import type { TasksByTemplate } from '../templates.ts';
import { attemptsOf } from './attempts.ts';
import { seededChance } from './chance.ts';
import { sampleGraph } from './edges.ts';
import { forecastOf } from './forecast.ts';
import type { Forecast, Situation } from './situation.ts';

type TemplateCounts = TasksByTemplate['templates'][number];

/** What was read of the workflow already. */
export interface ForecastQuestion {
  readonly workflowId: number;
  readonly limit: number;
  readonly run: { readonly id: number; readonly lives: boolean; readonly status: WorkflowRunStatus } | undefined;
  readonly templates: readonly (TemplateCounts & Pick<Situation['templates'][number], 'runTime'>)[];
}

/** Templates of which is asked who waits for whom: those with the most tasks to come. */
const MOST_TEMPLATES = 200;

/** Undefined while nothing is known of any run time, and where no end is in sight: nothing runs it, it stops, or it is paused. */
export async function readForecast(unit: ReadUnit, question: ForecastQuestion): Promise<Forecast | undefined> {
  const { workflowId, limit, run, templates } = question;
  if (run === undefined || !run.lives || TERMINATING_STATUSES.includes(run.status) || limit < 1) return undefined;
  const { ended, running, waiting } = await attemptsOf(unit, run.id);
  const unfinished = templates
    .filter((template) => leftOf(template) > 0)
    .sort((one, other) => leftOf(other) - leftOf(one))
    .slice(0, MOST_TEMPLATES);
  const arrayIds = unfinished.map(({ arrayId }) => arrayId);
  const { edges, maxAttempts } = await sampleGraph(unit, workflowId, arrayIds);
  const situation: Situation = {
    now: unit.now,
    limit,
    edges,
    ended,
    running,
    templates: templates.map(({ arrayId, limit: ownLimit, tasks, byLabel, runTime }) => ({
      arrayId,
      limit: ownLimit,
      tasks,
      done: byLabel.DONE,
      fatal: byLabel.FATAL,
      running: byLabel.RUNNING,
      waiting: waiting.get(arrayId) ?? 0,
      maxAttempts: maxAttempts.get(arrayId) ?? 1,
      runTime,
    })),
  };
  // The same chance each time: what is shown moves when the workflow does, and not by itself.
  return forecastOf(situation, seededChance(workflowId));
}

function leftOf({ tasks, byLabel }: TemplateCounts): number {
  return tasks - byLabel.DONE - byLabel.FATAL;
}
