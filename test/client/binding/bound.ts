/** A real server inside the test, and workflows to bind to it. */
import { Requester } from '../../../src/api/requester.ts';
import type { Task } from '../../../src/client/task.ts';
import type { TaskOptions } from '../../../src/client/task-options.ts';
import { Tool } from '../../../src/client/tool.ts';
import type { WorkflowOptions } from '../../../src/client/workflow.ts';
import { injectTransport } from '../../../src/server/inject.ts';
import { Served } from '../../server/served.ts';
import { type Intercept, type Recording, recordingTransport } from '../../support/recording-transport.ts';

export interface TestServer extends Recording {
  readonly served: Served;
  readonly requester: Requester;
}

/** A server on a new database; its requests are recorded and may be answered by `intercept`. */
export async function openServer(
  context: { after(action: () => unknown): void },
  intercept?: Intercept,
): Promise<TestServer> {
  const served = await Served.open(context);
  const recording = recordingTransport(injectTransport(served.server.app), intercept);
  const requester = new Requester({ transport: recording.transport, token: 'secret', retriesAttempts: 2 });
  return { ...recording, served, requester };
}

/** A chain of `count` tasks, `step_0` first. */
export function chain(count: number, options: WorkflowOptions = {}, taskOptions: TaskOptions = {}) {
  const tool = new Tool('chains');
  const step = tool.getTaskTemplate({
    templateName: 'step',
    commandTemplate: 'echo {n} in {place}',
    nodeArgs: ['n'],
    taskArgs: ['place'],
  });
  const workflow = tool.createWorkflow({ workflowArgs: 'a chain', ...options });
  let last: Task | undefined;
  for (let n = 0; n < count; n++) {
    const upstreamTasks = last ? [last] : [];
    last = workflow.addTask(
      step.createTask({ n, place: '/tmp' }, { name: `step_${n}`, upstreamTasks, ...taskOptions }),
    );
  }
  return workflow;
}
