/**
 * Binds one workflow over HTTP and prints what that took; started by `bench/bind.ts`, so that the peak memory is that of
 * one binding. Arguments: tasks, address and token of the server.
 */
import { Requester } from '../../src/api/requester.ts';
import { httpTransport } from '../../src/api/transport.ts';
import { Tool } from '../../src/client/tool.ts';
import type { Workflow } from '../../src/client/workflow.ts';

export interface Binding {
  /** Making the tasks in memory. */
  readonly describing: number;
  /** From the first request to the answer of the last. Both are seconds. */
  readonly binding: number;
  /** Peak resident memory in bytes. */
  readonly peak: number;
}

/** A task waits for the one above it in the layer before and for two neighbours of that: three edges for each. */
const LAYERS = 100;
const DEPENDENCIES = 3;

const [size = '10000', url = '', token = ''] = process.argv.slice(2);
const started = performance.now();
const workflow = describe(Number(size));
const described = performance.now();
const requester = new Requester({ transport: httpTransport(url), token });
await workflow.bind(requester);
await workflow.bindTasks();
const bound = performance.now();
await requester.close();
const result: Binding = {
  describing: (described - started) / 1000,
  binding: (bound - described) / 1000,
  peak: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(result));

/** Tasks of three stored arguments each, two of which differ from task to task. */
function describe(count: number): Workflow {
  const tool = new Tool('bench');
  const step = tool.getTaskTemplate({
    templateName: 'step',
    commandTemplate: 'process {item} --input {input} --release {release}',
    nodeArgs: ['item'],
    taskArgs: ['input', 'release'],
    defaultClusterName: 'multiprocess',
    defaultComputeResources: { queue: 'null.q', cores: 1 },
  });
  const made = tool.createWorkflow({
    workflowArgs: `binding of ${count}`,
    defaultClusterName: 'multiprocess',
  });
  const width = Math.ceil(count / LAYERS);
  for (let item = 0; item < count; item++) {
    const upstreamTasks = [];
    for (let distance = width; distance < width + DEPENDENCIES && distance <= item; distance++) {
      upstreamTasks.push(made.tasks[item - distance] as Workflow['tasks'][number]);
    }
    made.addTask(step.createTask({ item, input: `/data/input/${item}.csv`, release: 'v7' }, { upstreamTasks }));
  }
  return made;
}
