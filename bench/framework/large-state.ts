/** Swarms of any size, made in memory, and a gateway that answers them at once. */
import { Requester } from '../../src/api/requester.ts';
import { createQueue } from '../../src/client/resources/queue.ts';
import { ResourceScales } from '../../src/client/resources/scales.ts';
import { TaskResources } from '../../src/client/resources/task-resources.ts';
import { SwarmArray } from '../../src/client/swarm/array.ts';
import { ServerGateway } from '../../src/client/swarm/gateway.ts';
import { SwarmState } from '../../src/client/swarm/state.ts';
import { SwarmTask } from '../../src/client/swarm/task.ts';

const QUEUE = createQueue('dummy', { id: 1, name: 'null.q', parameters: {} });

/** No limit, as workflows have it where their user sets none. */
const UNLIMITED = 2_147_483_647;

/**
 * A running state of one array with tasks from 1 to `count`, none of them linked; with several `resourceGroups`, each
 * task asks for other resources than the one before it.
 */
export function createState(count: number, resourceGroups = 1): SwarmState {
  const options = { status: 'R', maxConcurrentlyRunning: UNLIMITED } as const;
  const state = new SwarmState({ workflowId: 1, workflowRunId: 1, dagId: 1, ...options });
  const array = new SwarmArray(1, UNLIMITED);
  state.addArray(array);
  const resources = Array.from(
    { length: resourceGroups },
    (_, group) => new TaskResources({ memory: 1 + group }, QUEUE),
  );
  const resourceScales = ResourceScales.from();
  const cluster = { id: 1 };
  for (let taskId = 1; taskId <= count; taskId++) {
    const currentTaskResources = resources[taskId % resourceGroups] as TaskResources;
    const shared = { arrayId: 1, status: 'G', maxAttempts: 3, cluster, resourceScales, fallbackQueues: [] } as const;
    const task = new SwarmTask({ taskId, currentTaskResources, ...shared });
    state.addTask(task);
    array.addTask(task);
  }
  return state;
}

/** Queues whatever it is handed. */
export class AgreeableGateway extends ServerGateway {
  constructor() {
    super(new Requester({ transport: { send: answerExtension, close: async () => {} } }), 1, 1);
  }

  override async queueTaskBatch({ taskIds }: { taskIds: number[] }) {
    return { tasksByStatus: { Q: taskIds } };
  }
}

/** The two requests that do not go through the gateway: for what the server can do, and for the id of resources. */
async function answerExtension({ url }: { readonly url: string }) {
  const text = url.includes('capabilities') ? '{"version": "0", "database_id": "0"}' : '1';
  return { status: 200, contentType: 'application/json', text };
}

/** The tasks lie in layers of this width, or of a tenth of them where they are few. */
const LAYER_WIDTH = 1000;

/** Each task has these three in the next layer downstream, counted from its own place and around. */
const STEPS = [0, 1, 7];

/** Links the tasks of {@link createState}, three dependents each. */
export function linkLayers(state: SwarmState): void {
  const count = state.tasks.size;
  const width = Math.min(LAYER_WIDTH, Math.ceil(count / 10));
  for (const task of state.tasks.values()) {
    const place = (task.taskId - 1) % width;
    const next = task.taskId - place + width;
    const ids = STEPS.map((step) => next + ((place + step) % width)).filter((taskId) => taskId <= count);
    state.link(
      task,
      ids.map((taskId) => taskId - 1),
    );
  }
}
