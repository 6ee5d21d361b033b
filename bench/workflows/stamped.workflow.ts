/** `TASKS` short commands that depend on nothing: each writes its run and the time in nanoseconds to the file `STAMPS`. */
import { Tool } from 'skep';

const tool = new Tool('bench');
const stamp = tool.getTaskTemplate({
  templateName: 'stamp',
  commandTemplate: 'echo $JOBMON_WORKFLOW_RUN_ID $(date +%s%N) >> {file}; sleep 0.01; true {number}',
  nodeArgs: ['number'],
  opArgs: ['file'],
});
const workflow = tool.createWorkflow({ name: 'stamped', workflowArgs: 'bench' });
const number = Array.from({ length: Number(process.env.TASKS) }, (_, index) => index);
workflow.addTasks(stamp.createTasks({ number, file: process.env.STAMPS as string }));

export default workflow;
