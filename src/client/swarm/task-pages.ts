import { capabilitiesOf } from '../../api/capabilities.ts';
import type { CallOptions } from '../../api/requester.ts';
import type { Clock } from '../../core/clock.ts';
import type { TaskGroup, TaskRow } from './answers.ts';
import type { ServerGateway } from './gateway.ts';

export interface PageOptions {
  /** Tasks per page, and per request for edges. */
  readonly chunkSize: number;
  readonly callOptions: CallOptions;
  readonly clock: Clock;
  /** Called before each request; false ends the pages. */
  readonly beforeRequest: () => Promise<boolean>;
}

type TaskPage = readonly TaskGroup[];

/** Tasks in a page of our own servers: enough to hide the way there, and read in some ten milliseconds. */
const OWN_PAGE = 5000;

/**
 * Pages whose edges are asked for while further pages come. Pages come one after the other, because each request names
 * the last task of the page before; a few requests beside them hide the way to the server.
 */
const PAGES_IN_FLIGHT = 4;

/**
 * The tasks of the workflow that are not done, with their dependents, in pages by ascending id. The next page is on its
 * way while one is taken in. The first page comes by the compatible routes; where there are more, a server of our own is
 * asked for them in its own way, which is one request a page in place of two. Source: swarm §6.4.
 */
export async function* taskPages(
  gateway: ServerGateway,
  dagId: number,
  options: PageOptions,
): AsyncGenerator<TaskPage> {
  const rows = await requestRows(gateway, 0, options);
  if (rows.length === 0) return;
  yield await withEdges(gateway, dagId, rows, options);
  if (rows.length < options.chunkSize) return;
  const isOwn = (await capabilitiesOf(gateway.requester)) !== undefined;
  yield* isOwn ? ownPages(gateway, lastId(rows), options) : peerPages(gateway, dagId, lastId(rows), options);
}

async function* ownPages(gateway: ServerGateway, afterId: number, options: PageOptions): AsyncGenerator<TaskPage> {
  let next = requestPage(gateway, afterId, options);
  for (;;) {
    const { lastTaskId, groups } = await next;
    if (lastTaskId === null) return;
    next = early(requestPage(gateway, lastTaskId, options));
    // The request leaves when this thread is free, and taking a page in keeps it busy as long as the server needs.
    await options.clock.sleep(0);
    yield groups;
  }
}

async function* peerPages(
  gateway: ServerGateway,
  dagId: number,
  afterId: number,
  options: PageOptions,
): AsyncGenerator<TaskPage> {
  const pages: Promise<TaskPage>[] = [];
  let next: Promise<TaskRow[]> | undefined = requestRows(gateway, afterId, options);
  while (next !== undefined) {
    const rows: TaskRow[] = await next;
    next = rows.length < options.chunkSize ? undefined : early(requestRows(gateway, lastId(rows), options));
    if (rows.length > 0) pages.push(early(withEdges(gateway, dagId, rows, options)));
    while (pages.length > (next === undefined ? 0 : PAGES_IN_FLIGHT)) yield (await pages.shift()) ?? [];
  }
}

/** A request whose answer is awaited later, or never when something else fails before: then its failure is no news. */
function early<Value>(request: Promise<Value>): Promise<Value> {
  request.catch(() => {});
  return request;
}

async function requestPage(gateway: ServerGateway, afterId: number, { beforeRequest, callOptions }: PageOptions) {
  if (!(await beforeRequest())) return { lastTaskId: null, groups: [] };
  return gateway.getUnfinishedTasks(afterId, OWN_PAGE, callOptions);
}

async function requestRows(
  gateway: ServerGateway,
  afterId: number,
  { beforeRequest, chunkSize, callOptions }: PageOptions,
): Promise<TaskRow[]> {
  if (!(await beforeRequest())) return [];
  return gateway.getTasks(afterId, chunkSize, callOptions);
}

/** The numeric maximum: as text, "999" is above "1000". Rows come sorted by id. */
function lastId(rows: readonly TaskRow[]): number {
  return rows.at(-1)?.taskId ?? 0;
}

async function withEdges(
  gateway: ServerGateway,
  dagId: number,
  rows: readonly TaskRow[],
  { beforeRequest, callOptions }: PageOptions,
): Promise<TaskPage> {
  if (!(await beforeRequest())) return [];
  const taskIds = rows.map(({ taskId }) => taskId);
  const { downstreamTasks } = await gateway.getDownstreamTasks(taskIds, dagId, callOptions);
  return rows.map((row) => {
    const nodes = downstreamTasks.get(row.taskId);
    return {
      ...row,
      tasks: [nodes === undefined ? [row.taskId] : [row.taskId, nodes.nodeId, ...nodes.downstreamNodeIds]],
    };
  });
}
