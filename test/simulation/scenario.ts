/** What one seed decides beforehand: the workflow, how its commands will end, the machine room, and what goes wrong. */
import { type Config, loadConfig } from '../../src/core/config.ts';
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

export type ClusterName = 'sequential' | 'multiprocess' | 'batch';

/** Probabilities of what goes wrong at each occasion while there are faults; 0: never. */
export interface Faults {
  readonly dropRequest: number;
  readonly dropAnswer: number;
  readonly duplicate: number;
  readonly slow: number;
  /** Of each answer of a batch cluster. */
  readonly clusterFails: number;
  readonly clusterLate: number;
  /** Of each start of a process. */
  readonly launchFails: number;
  /** Of each statement of the server. */
  readonly serverCrash: number;
  /** Of each step of the other processes. */
  readonly clientCrash: number;
  readonly distributorCrash: number;
  readonly workerCrash: number;
  readonly pause: number;
  /** All processes of a machine at once, per minute. */
  readonly machineCrash: number;
  /** The network between one process and the server is cut for a while, per minute. */
  readonly partition: number;
  /** Another client resumes the workflow while one is at work, per minute. */
  readonly rival: number;
}

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
  /** Milliseconds after which nothing goes wrong any more. */
  readonly faultsEnd: number;
  /** The server sees at once when a client is dead. */
  readonly clientIsLocal: boolean;
}

export function randomScenario(random: SeededRandom): Scenario {
  const graph = randomGraph(random.fork('graph'));
  const templates = random.integer(1, 3);
  const clusterName = random.pick(['sequential', 'multiprocess', 'multiprocess', 'batch', 'batch'] as const);
  return {
    tasks: plannedTasks(graph, templates, random.fork('tasks')),
    templates,
    arrayLimits: Array.from({ length: templates }, () => (random.chance(0.3) ? random.integer(1, 3) : undefined)),
    workflowLimit: random.chance(0.3) ? random.integer(1, 5) : undefined,
    failFast: random.chance(0.15),
    clusterName,
    chunkSize: random.integer(2, 10),
    config: randomConfig(random.fork('config')),
    faults: randomFaults(random.fork('faults')),
    faultsEnd: random.spread(20_000, 400_000),
    clientIsLocal: random.chance(0.7),
  };
}

function plannedTasks(graph: Graph, templates: number, random: SeededRandom): PlannedTask[] {
  const poisonRate = random.pick([0, 0, 0.1]);
  const failureRate = random.pick([0, 0.2, 0.5]);
  const longest = random.pick([300, 5000, 40_000, 150_000]);
  return graph.map((upstreams) => {
    const poisoned = random.chance(poisonRate);
    const failures = random.chance(failureRate) ? random.integer(1, 3) : 0;
    return {
      upstreams,
      template: random.integer(0, templates - 1),
      maxAttempts: random.integer(1, 4),
      poisoned,
      executions: Array.from({ length: failures }, () =>
        execution(random.pick(['failure', 'failure', 'memory', 'signal', 'endless'] as const), longest, random),
      ),
      lastExecution: execution(poisoned ? 'failure' : 'success', longest, random),
    };
  });
}

function execution(ending: Execution['ending'], longest: number, random: SeededRandom): Execution {
  const dying = random.pick([0, random.spread(1, 3000), random.chance(0.3) ? Number.POSITIVE_INFINITY : 50]);
  return { ending, duration: random.spread(20, longest), dying };
}

/** Shorter times than in production, so that a history of a few minutes holds many deadlines. */
function randomConfig(random: SeededRandom): Config {
  return loadConfig({
    environment: {},
    overrides: {
      http: {
        service_url: 'http://server',
        request_timeout: random.pick([3, 8, 20]),
        retries_attempts: random.pick([2, 10]),
      },
      heartbeat: {
        workflow_run_interval: random.pick([3, 10]),
        task_instance_interval: random.pick([5, 15]),
        report_by_buffer: 3.1,
      },
      distributor: { poll_interval: random.pick([1, 10]) },
      worker_node: { command_interrupt_timeout: random.pick([1, 4]) },
      server: { extensions: !random.chance(0.15) },
    },
  });
}

/** Each history has some kinds of faults only: with all of them at once, nothing would ever get far. */
function randomFaults(random: SeededRandom): Faults {
  const some = (share: number, least: number, most: number) => (random.chance(share) ? random.spread(least, most) : 0);
  return {
    dropRequest: some(0.4, 0.005, 0.2),
    dropAnswer: some(0.5, 0.005, 0.2),
    duplicate: some(0.4, 0.01, 0.3),
    slow: some(0.4, 0.01, 0.3),
    clusterFails: some(0.4, 0.02, 0.3),
    clusterLate: some(0.4, 0.02, 0.3),
    launchFails: some(0.2, 0.01, 0.1),
    serverCrash: some(0.4, 0.0003, 0.005),
    clientCrash: some(0.45, 0.001, 0.01),
    distributorCrash: some(0.35, 0.001, 0.01),
    workerCrash: some(0.4, 0.001, 0.03),
    pause: some(0.35, 0.0005, 0.01),
    machineCrash: some(0.15, 0.1, 1),
    partition: some(0.4, 0.5, 6),
    rival: some(0.4, 0.3, 4),
  };
}
