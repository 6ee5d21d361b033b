// Three greetings at once, then one farewell when all of them are done:  skep run examples/hello/hello.workflow.ts
import { Tool } from 'skep';

const tool = new Tool('hello');
const greet = tool.getTaskTemplate({
  templateName: 'greet',
  commandTemplate: 'echo "Hello, {who}!"',
  nodeArgs: ['who'],
});
const part = tool.getTaskTemplate({ templateName: 'part', commandTemplate: 'echo "Good night."' });

const greetings = greet.createTasks({ who: ['world', 'bees', 'straw'] });
const farewell = part.createTask({}, { upstreamTasks: greetings });

const workflow = tool.createWorkflow({ name: 'hello' });
workflow.addTasks([...greetings, farewell]);
export default workflow;
