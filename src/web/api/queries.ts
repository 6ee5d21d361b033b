/** What the page asks for, and how often. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AnswerOf, QueryOf } from '../../api/route.ts';
import { whoAmI } from '../../api/routes/access.ts';
import { getErrorGroups, getTask, getTaskLog, searchTasks } from '../../api/routes/looking.ts';
import {
  getTemplateGraph,
  getTimeline,
  getTimelineBars,
  getWorkflowProgress,
  getWorkflowUsage,
  listWorkflows,
} from '../../api/routes/progress.ts';
import { call } from './call.ts';

export type WorkflowRow = AnswerOf<typeof listWorkflows>['workflows'][number];
export type Progress = AnswerOf<typeof getWorkflowProgress>;
export type TemplateRow = Progress['templates'][number];
export type TaskCounts = WorkflowRow['counts'];
export type TaskRow = AnswerOf<typeof searchTasks>['tasks'][number];
export type TaskDetail = AnswerOf<typeof getTask>;
export type Attempt = TaskDetail['attempts'][number];
export type Timeline = AnswerOf<typeof getTimeline>;
export type TimelineBars = AnswerOf<typeof getTimelineBars>;
export type TimelineBar = TimelineBars['bars'][number];
export type Usage = AnswerOf<typeof getWorkflowUsage>;
export type TaskLog = AnswerOf<typeof getTaskLog>;
export type ErrorGroup = AnswerOf<typeof getErrorGroups>['groups'][number];

/** Milliseconds between two looks at something that is at work, and at something that rests. */
const SLOW = 2000;
const AT_REST = 10_000;

const WORKFLOWS_A_PAGE = 50;
const TASKS_A_PAGE = 200;

/** Most pages of a list that are asked again by themselves: each is a request, and who reads far down looks back. */
const FOLLOWED_PAGES = 3;

/** Whether what a query found is to be asked again whenever something changed. */
export function isShort(data: unknown): boolean {
  const { pages } = (data ?? {}) as { readonly pages?: readonly unknown[] };
  return pages === undefined || pages.length <= FOLLOWED_PAGES;
}

/** Asked once: whoever becomes another comes by another document, or with an empty cache. */
export const identityQuery = queryOptions({
  queryKey: ['identity'],
  queryFn: ({ signal }) => call(whoAmI, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const workflowsQuery = (query: Omit<QueryOf<typeof listWorkflows>, 'before' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: ['workflows', query],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(listWorkflows, { query: { ...query, before: pageParam, limit: WORKFLOWS_A_PAGE }, signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (isShort(state.data) ? SLOW : false),
  });

/** Seconds that the server may keep a question after news. Below the half minute at which proxies cut idle connections. */
const NEWS_WAIT = 25;
/** Milliseconds between an answer and the next question after news: the server waits, not the page. */
const NEXT = 100;

/** Asks after news as soon as it has some: what changed at the server is here within a second, and nothing is asked for nothing. */
export const progressQuery = (workflowId: number) => {
  const queryKey = ['workflow', workflowId, 'progress'];
  return queryOptions({
    queryKey,
    queryFn: ({ signal, client }) => {
      const known = client.getQueryData<Progress>(queryKey);
      return call(getWorkflowProgress, {
        params: { workflow_id: workflowId },
        query: known === undefined ? {} : { after: known.revision, wait: NEWS_WAIT },
        signal,
      });
    },
    refetchInterval: ({ state }) => (state.status === 'error' ? SLOW : NEXT),
  });
};

/** What follows is asked again when the revision of the progress changed; the old answer stays in sight meanwhile. */
const following = { placeholderData: keepPreviousData, staleTime: SLOW } as const;

export const graphQuery = (workflowId: number) =>
  queryOptions({
    queryKey: ['workflow', workflowId, 'graph'],
    queryFn: ({ signal }) => call(getTemplateGraph, { params: { workflow_id: workflowId }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const timelineQuery = (workflowId: number) =>
  queryOptions({
    ...following,
    queryKey: ['workflow', workflowId, 'timeline'],
    queryFn: ({ signal }) =>
      call(getTimeline, { params: { workflow_id: workflowId }, query: { buckets: 120 }, signal }),
  });

/** Without a part: of the whole time. */
export const barsQuery = (workflowId: number, part?: { readonly from: number; readonly until: number }) =>
  queryOptions({
    ...following,
    queryKey: ['workflow', workflowId, 'bars', part],
    queryFn: ({ signal }) =>
      call(getTimelineBars, { params: { workflow_id: workflowId }, query: { ...part, limit: 2000 }, signal }),
  });

export const usageQuery = (workflowId: number) =>
  queryOptions({
    ...following,
    queryKey: ['workflow', workflowId, 'usage'],
    queryFn: ({ signal }) =>
      call(getWorkflowUsage, { params: { workflow_id: workflowId }, query: { points: 2000 }, signal }),
  });

export const errorsQuery = (workflowId: number) =>
  queryOptions({
    ...following,
    queryKey: ['workflow', workflowId, 'errors'],
    queryFn: ({ signal }) =>
      call(getErrorGroups, { params: { workflow_id: workflowId }, query: { limit: 100 }, signal }),
  });

export const tasksQuery = (workflowId: number, query: Omit<QueryOf<typeof searchTasks>, 'after' | 'limit'>) =>
  infiniteQueryOptions({
    ...following,
    queryKey: ['workflow', workflowId, 'tasks', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(searchTasks, {
        params: { workflow_id: workflowId },
        query: { ...query, after: pageParam, limit: TASKS_A_PAGE },
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const taskQuery = (taskId: number) =>
  queryOptions({
    queryKey: ['task', taskId],
    queryFn: ({ signal }) => call(getTask, { params: { task_id: taskId }, signal }),
    refetchInterval: ({ state }) => (['D', 'F'].includes(state.data?.task.status ?? '') ? AT_REST : SLOW),
  });

/** A part of an output. `offset`: a byte; negative: so many before the end. */
export const logQuery = (
  instanceId: number,
  stream: 'stdout' | 'stderr',
  part: { readonly offset: number; readonly limit: number },
) => ({
  queryKey: ['log', instanceId, stream, part.offset],
  queryFn: ({ signal }: { readonly signal?: AbortSignal }) =>
    call(getTaskLog, {
      params: { task_instance_id: instanceId },
      query: { stream, ...part },
      ...(signal !== undefined && { signal }),
    }),
  // Parts are held by who shows them.
  gcTime: 0,
  refetchInterval: ({ state }: { readonly state: { readonly data?: AnswerOf<typeof getTaskLog> | undefined } }) =>
    state.data?.ended && state.data.until >= state.data.size ? (false as const) : 1000,
});
