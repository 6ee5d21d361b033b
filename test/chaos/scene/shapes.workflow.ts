/** The workflow of one shape: `SHAPE` names it, `STAGE` is its directory, `TASK_SECONDS` how long a task sleeps. */
import { type Task, Tool } from 'skep';
import { type PlannedTask, SHAPES, type ShapeName } from './shapes.ts';

const { SHAPE, STAGE, TASK_SECONDS } = process.env;
const shape: readonly PlannedTask[] = SHAPES[SHAPE as ShapeName];

const tool = new Tool('chaos');
const template = (templateName: string) =>
  tool.getTaskTemplate({
    templateName,
    commandTemplate: '/bin/sh {program} {directory} {label} {seconds} {failures} {place}',
    nodeArgs: ['label'],
    opArgs: ['program', 'directory', 'seconds', 'failures', 'place'],
  });
const step = template('step');
const single = template('single');
const workflow = tool.createWorkflow({ name: 'chaos', workflowArgs: 'chaos' });

const shared = {
  program: `${import.meta.dirname}/task.sh`,
  directory: STAGE as string,
  seconds: TASK_SECONDS as string,
};
const made = new Map<string, Task>();
const upstreamOf = ({ after }: PlannedTask) => after.map((name) => made.get(name) as Task);

for (const planned of shape.filter(({ narrow }) => !narrow)) {
  const { name, failures, maxAttempts } = planned;
  const args = { ...shared, label: name, failures, place: '' };
  made.set(name, workflow.addTask(step.createTask(args, { maxAttempts, upstreamTasks: upstreamOf(planned) })));
}
const [narrow] = shape.filter((planned) => planned.narrow);
if (narrow !== undefined) {
  const label = shape.filter((planned) => planned.narrow).map(({ name }) => name);
  const args = { ...shared, label, failures: 0, place: 'place' };
  workflow.addTasks(single.createTasks(args, { maxConcurrentlyRunning: 1, upstreamTasks: upstreamOf(narrow) }));
}

export default workflow;
