/** What one seed decides beforehand: the workflow, how its commands will end, the machine room, and what goes wrong. */
import { type Config, loadConfig } from '../../src/core/config.ts';
import { type Faults, type Focus, randomFaults, randomFocus } from './faults.ts';
import { type Graph, randomGraph } from './graph.ts';
import type { SeededRandom } from './random.ts';

/** How one execution of a command goes. */
export interface Execution {
  readonly ending: 'success' | 'failure' | 'memory' | 'signal' | 'endless';
  /** Milliseconds until it ends by itself; an endless one does not. */
  readonly duration: number;
  /** How long it takes to end when it is asked to, in milliseconds; infinite: it ends at SIGKILL only. */
  readonly dying: number;
}

export interface PlannedTask {
  readonly upstreams: readonly number[];
  readonly template: number;
  readonly maxAttempts: number;
  /** Fails however often it is tried. */
  readonly poisoned: boolean;
  /** How its first executions go. */
  readonly executions: readonly Execution[];
  /** How all later ones go. */
  readonly lastExecution: Execution;
}

type ClusterName = 'sequential' | 'multiprocess' | 'batch';

export interface Scenario {
  readonly tasks: readonly PlannedTask[];
  readonly templates: number;
  /** By template; undefined: no limit. */
  readonly arrayLimits: readonly (number | undefined)[];
  readonly workflowLimit: number | undefined;
  readonly failFast: boolean;
  readonly clusterName: ClusterName;
  readonly chunkSize: number;
  readonly config: Config;
  readonly faults: Faults;
  /** Seconds of run time that all tasks ask for. */
  readonly runtime: number;
  /** Seconds of lease that all tasks ask for; undefined: that of the configuration. */
  readonly lease: number | undefined;
  /** Milliseconds after which nothing goes wrong any more. */
  readonly faultsEnd: number;
  /** The server sees at once when a client is dead. */
  readonly clientIsLocal: boolean;
}

export function randomScenario(random: SeededRandom): Scenario {
  const graph = randomGraph(random.fork('graph'));
  const templates = random.integer(1, 3);
  const anyCluster = random.pick(['sequential', 'multiprocess', 'multiprocess', 'batch', 'batch'] as const);
  const focus = randomFocus(random);
  const clusterName = focus === 'wrong' ? 'batch' : anyCluster;
  return {
    tasks: plannedTasks(graph, templates, focus, random.fork('tasks')),
    templates,
    arrayLimits: Array.from({ length: templates }, () => (random.chance(0.3) ? random.integer(1, 3) : undefined)),
    workflowLimit: random.chance(0.3) ? random.integer(1, 5) : undefined,
    failFast: random.chance(0.15),
    clusterName,
    chunkSize: random.integer(2, 10),
    config: randomConfig(focus, random.fork('config')),
    faults: randomFaults(focus, random.fork('faults')),
    lease: random.pick([undefined, 12, 50]),
    faultsEnd: DURATIONS[focus] ? random.spread(100_000, 250_000) : random.spread(10_000, 120_000),
    runtime: focus === 'wrong' ? 200 : 75,
    clientIsLocal: random.chance(0.7),
  };
}

/** Milliseconds that commands take where that is several deadlines, so that living ones are taken for dead, and leases run out. */
const DURATIONS: Partial<Record<Focus, readonly [number, number]>> = {
  silence: [20_000, 60_000],
  wrong: [40_000, 150_000],
};

function plannedTasks(graph: Graph, templates: number, focus: Focus, random: SeededRandom): PlannedTask[] {
  const poisonRate = random.pick([0, 0, 0.1]);
  const failureRate = random.pick([0, 0.2, 0.5]);
  const longest = random.pick([300, 3000, 10_000, 40_000]);
  const durations = DURATIONS[focus] ?? ([20, longest] as const);
  return graph.map((upstreams) => {
    const poisoned = random.chance(poisonRate);
    const failures = random.chance(failureRate) ? random.integer(1, 3) : 0;
    return {
      upstreams,
      template: random.integer(0, templates - 1),
      maxAttempts: random.integer(focus === 'wrong' ? 2 : 1, 4),
      poisoned,
      executions: Array.from({ length: failures }, () =>
        execution(random.pick(['failure', 'failure', 'memory', 'signal', 'endless'] as const), durations, random),
      ),
      lastExecution: execution(poisoned ? 'failure' : 'success', durations, random),
    };
  });
}

function execution(
  ending: Execution['ending'],
  [shortest, longest]: readonly [number, number],
  random: SeededRandom,
): Execution {
  const dying = random.pick([0, random.spread(1, 3000), random.chance(0.3) ? Number.POSITIVE_INFINITY : 50]);
  return { ending, duration: random.spread(shortest, longest), dying };
}

/** Shorter times than in production, so that a history of a few minutes holds many deadlines. */
function randomConfig(focus: Focus, random: SeededRandom): Config {
  return loadConfig({
    environment: {},
    overrides: {
      http: {
        service_url: 'http://server',
        request_timeout: random.pick([3, 8, 20]),
        retries_attempts: random.pick([2, 10]),
      },
      heartbeat: {
        workflow_run_interval: random.pick([5, 10]),
        task_instance_interval: DURATIONS[focus] ? 3 : random.pick([4, 8, 15]),
        report_by_buffer: 3.1,
      },
      distributor: { poll_interval: random.pick([5, 10]) },
      // The lease is longer than a deadline, and short enough for histories in which it runs out.
      worker_node: {
        command_interrupt_timeout: random.pick([1, 4]),
        lease: focus === 'wrong' ? 15 : 14_400,
      },
      server: { extensions: !random.chance(0.08) },
    },
  });
}
