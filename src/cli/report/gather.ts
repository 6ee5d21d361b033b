/** What a report tells: the answers of the routes that the terminal and the page show too. */
import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';

export type Progress = AnswerOf<typeof routes.getWorkflowProgress>;
export type Template = Progress['templates'][number];
export type Graph = AnswerOf<typeof routes.getTemplateGraph>;
export type Timeline = AnswerOf<typeof routes.getTimeline>;
export type Usage = AnswerOf<typeof routes.getWorkflowUsage>;
export type ErrorGroups = AnswerOf<typeof routes.getErrorGroups>;

export interface ReportData {
  readonly progress: Progress;
  /** Attempts of all tasks since they were last started anew. */
  readonly attempts: number;
  readonly graph: Graph;
  readonly timeline: Timeline;
  readonly usage: Usage;
  readonly errors: ErrorGroups;
}

/** Parts of the time of a run: as many as can be told apart on a page. */
const TIME_PARTS = 120;
/** Attempts in one sample: the most that a server gives. */
const SAMPLE = 5000;
/** Samples of single templates; beyond them a report would be a burden to the server. */
const MOST_SAMPLES = 100;
const KINDS_OF_ERRORS = 50;

/** @throws SkepError not_found */
export async function gatherReport(requester: Requester, workflowId: number): Promise<ReportData> {
  const params = { workflow_id: workflowId };
  const progress = await requester.call(routes.getWorkflowProgress, { params });
  const counts = await requester.call(routes.getWorkflowStatusViz, { query: { workflow_ids: [workflowId] } });
  const { tasks = 0, num_attempts_avg: mean = 0 } = counts[workflowId] ?? {};
  return {
    progress,
    attempts: Math.round(tasks * mean),
    graph: await requester.call(routes.getTemplateGraph, { params }),
    timeline: await requester.call(routes.getTimeline, { params, query: { buckets: TIME_PARTS } }),
    usage: await gatherUsage(requester, workflowId),
    errors: await requester.call(routes.getErrorGroups, { params, query: { limit: KINDS_OF_ERRORS } }),
  };
}

/** With a sample of each template: the newest attempts of a long workflow are all of its last template. */
async function gatherUsage(requester: Requester, workflowId: number): Promise<Usage> {
  const params = { workflow_id: workflowId };
  const usage = await requester.call(routes.getWorkflowUsage, { params, query: { points: SAMPLE } });
  const ids = usage.templates.map(({ array_id: id }) => id);
  const attempts = usage.templates.reduce((sum, template) => sum + template.attempts, 0);
  if (attempts <= SAMPLE || ids.length > MOST_SAMPLES) return usage;
  const samples: Usage['points'][] = [];
  for (const array_id of ids) {
    const { points } = await requester.call(routes.getWorkflowUsage, { params, query: { array_id, points: SAMPLE } });
    samples.push(points);
  }
  return { ...usage, points: samples.flat() };
}
