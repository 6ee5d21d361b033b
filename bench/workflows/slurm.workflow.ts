/** `TASKS` tasks on the Slurm cluster `hpc`, each of which adds a line to the file `OUT`. */
import { randomUUID } from 'node:crypto';
import { Tool } from 'skep';

const count = Number(process.env.TASKS ?? 100);
const tool = new Tool('bench');
const line = tool.getTaskTemplate({
  templateName: 'line',
  commandTemplate: 'echo {number} >> {out}',
  nodeArgs: ['number'],
  opArgs: ['out'],
  defaultClusterName: 'hpc',
  defaultComputeResources: { queue: 'normal', cores: 1, memory: '1G', runtime: '5m' },
});
const workflow = tool.createWorkflow({ name: 'slurm', workflowArgs: randomUUID(), maxConcurrentlyRunning: count });
workflow.addTasks(
  line.createTasks({
    number: Array.from({ length: count }, (_, number) => number),
    out: process.env.OUT ?? '/dev/null',
  }),
);

export default workflow;
