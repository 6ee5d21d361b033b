/** What the page and the terminal ask for, of a workflow of a million tasks that runs. */
import { join } from 'node:path';
import { type Route, SURFACE_PREFIX } from '../src/api/route.ts';
import { routes } from '../src/api/routes.ts';
import { httpTransport } from '../src/api/transport.ts';
import { benchmark } from './framework/benchmark.ts';
import { quantile } from './framework/figure.ts';
import { halfDoTheRun } from './framework/half-done-run.ts';
import { createLargeDatabase } from './framework/large-database.ts';
import { BenchServer } from './framework/server.ts';

/** Requests of each kind. */
const REQUESTS = 40;
const TEMPLATES = 12;
/** Seconds until a request counts as lost. */
const PATIENCE = 120;
const KIB = 1024;

interface View {
  readonly work: string;
  readonly route: Route;
  readonly query?: string;
  readonly id?: number;
}

const views = (tasks: number): readonly View[] => [
  { work: 'list of workflows', route: routes.listWorkflows },
  { work: 'progress', route: routes.getWorkflowProgress },
  { work: 'graph of templates', route: routes.getTemplateGraph },
  { work: 'timeline', route: routes.getTimeline, query: 'buckets=120' },
  { work: 'usage, 2,000 points', route: routes.getWorkflowUsage, query: 'points=2000' },
  { work: 'usage, 5,000 points', route: routes.getWorkflowUsage, query: 'points=5000' },
  { work: 'errors', route: routes.getErrorGroups, query: 'limit=100' },
  { work: 'tasks: first page', route: routes.searchTasks, query: 'limit=200' },
  { work: 'tasks: by last change', route: routes.searchTasks, query: 'limit=200&sort=status_changed&descending=true' },
  { work: 'tasks: by attempts', route: routes.searchTasks, query: 'limit=200&sort=attempts&descending=true' },
  { work: 'tasks: failed of one template', route: routes.searchTasks, query: 'limit=200&status=FATAL&array_id=3' },
  { work: 'tasks: running', route: routes.searchTasks, query: 'limit=200&status=RUNNING' },
  { work: 'tasks: text in many', route: routes.searchTasks, query: 'limit=200&search=_77' },
  { work: 'tasks: text in none', route: routes.searchTasks, query: 'limit=200&search=nowhere' },
  { work: 'tasks: text in one', route: routes.searchTasks, query: `limit=200&search=step_${tasks - 1}` },
  { work: 'one task', route: routes.getTask, id: Math.ceil(tasks / 2) },
];

await benchmark(async ({ directory, size, add }) => {
  const data = join(directory, 'data');
  const workflow = await createLargeDatabase(data, size(1_000_000), 'R', TEMPLATES);
  await halfDoTheRun(data, workflow);
  await using server = await BenchServer.start(data);
  const transport = httpTransport(server.url);
  const headers = { authorization: `Bearer ${server.token}` };
  const ask = async ({ route, query = '', id = workflow.workflowId }: View) => {
    const path = route.path.replace(/\{\w+\}/, String(id));
    const url = `${SURFACE_PREFIX[route.surface]}${path}?${query}`;
    const { status, text } = await transport.send({ method: 'GET', url, headers, timeout: PATIENCE });
    if (status !== 200) throw new Error(`${url} was answered with ${status}: ${text}`);
    return text;
  };
  for (const view of views(workflow.tasks)) {
    const seconds: number[] = [];
    let bytes = 0;
    for (let count = 0; count < REQUESTS; count++) {
      const started = performance.now();
      bytes = Math.max(bytes, Buffer.byteLength(await ask(view)));
      seconds.push(performance.now() - started);
    }
    const first = seconds[0] ?? 0;
    add({
      work: `${workflow.tasks.toLocaleString('en-US')} tasks, ${view.work}`,
      values: seconds,
      unit: 'ms',
      remark: `p95 ${quantile(seconds, 0.95).toFixed(0)}, first ${first.toFixed(0)}; ${(bytes / KIB).toFixed(0)} KiB`,
    });
  }
});
