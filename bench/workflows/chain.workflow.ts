/** `CHAIN_LENGTH` commands that do nothing, each after the one before. */
import { randomUUID } from 'node:crypto';
import { type Task, Tool } from 'skep';

const length = Number(process.env.CHAIN_LENGTH ?? 100);
const tool = new Tool('bench');
const link = tool.getTaskTemplate({ templateName: 'link', commandTemplate: 'true {number}', nodeArgs: ['number'] });
const workflow = tool.createWorkflow({ name: 'chain', workflowArgs: randomUUID() });

let last: Task | undefined;
for (let number = 0; number < length; number++) {
  last = workflow.addTask(link.createTask({ number }, { upstreamTasks: last ? [last] : [] }));
}

export default workflow;
