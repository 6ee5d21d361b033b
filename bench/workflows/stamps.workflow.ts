/** `CHAIN_LENGTH` commands, each after the one before, that write the time in nanoseconds to the file `STAMPS`. */
import { randomUUID } from 'node:crypto';
import { type Task, Tool } from 'skep';

const length = Number(process.env.CHAIN_LENGTH ?? 100);
const tool = new Tool('bench');
const stamp = tool.getTaskTemplate({
  templateName: 'stamp',
  commandTemplate: 'date +%s%N >> {file}; true {number}',
  nodeArgs: ['number'],
  opArgs: ['file'],
});
const workflow = tool.createWorkflow({ name: 'stamps', workflowArgs: randomUUID() });

let last: Task | undefined;
for (let number = 0; number < length; number++) {
  const upstreamTasks = last ? [last] : [];
  last = workflow.addTask(stamp.createTask({ number, file: process.env.STAMPS as string }, { upstreamTasks }));
}

export default workflow;
