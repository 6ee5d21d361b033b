/**
 * A program: describes a workflow of so many tasks and binds it to a server, `node binding-client.ts URL TOKEN TASKS EDGES`.
 * Prints, as JSON, seconds of the binding and the peak of its own memory in bytes.
 */
import { requesterFor } from '../../src/api/connect.ts';
import type { Task } from '../../src/client/task.ts';
import { Tool } from '../../src/client/tool.ts';
import { loadConfig } from '../../src/core/config.ts';
import { keepHeapSmall } from '../../src/core/heap.ts';

keepHeapSmall(); // As `skep run` does.
const [url = '', token = '', tasks = '', edges = ''] = process.argv.slice(2);
const requester = requesterFor(loadConfig({ overrides: { http: { service_url: url, token } } }).http);
const workflow = describe(Number(tasks), Number(edges));
const started = performance.now();
await workflow.bind(requester);
await workflow.bindTasks();
const seconds = (performance.now() - started) / 1000;
await requester.close();
console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS * 1024 }));

/** Each task has three arguments and waits for `waited` of those that were made a thousand before it. */
function describe(count: number, waited: number) {
  const tool = new Tool('bench');
  const template = tool.getTaskTemplate({
    templateName: 'step',
    commandTemplate: 'step {sample} --part {part} --seed {seed}',
    nodeArgs: ['sample', 'part'],
    taskArgs: ['seed'],
  });
  const workflow = tool.createWorkflow({ defaultClusterName: 'dummy' });
  const made: Task[] = [];
  for (let index = 0; index < count; index++) {
    const upstreamTasks = made.slice(Math.max(0, index - 1000), Math.max(0, index - 1000 + waited));
    const values = { sample: `sample-${index >> 5}`, part: index % 32, seed: index * 7 };
    made.push(workflow.addTask(template.createTask(values, { upstreamTasks })));
  }
  return workflow;
}
