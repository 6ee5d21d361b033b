/** `TASKS` commands that do nothing and depend on nothing. */
import { randomUUID } from 'node:crypto';
import { Tool } from 'skep';

const count = Number(process.env.TASKS ?? 1000);
const tool = new Tool('bench');
const single = tool.getTaskTemplate({ templateName: 'single', commandTemplate: 'true {number}', nodeArgs: ['number'] });
const workflow = tool.createWorkflow({ name: 'independent', workflowArgs: randomUUID() });
workflow.addTasks(single.createTasks({ number: Array.from({ length: count }, (_, number) => number) }));

export default workflow;
