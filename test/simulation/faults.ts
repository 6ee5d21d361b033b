/** What goes wrong in a history, and how often. */
import type { SeededRandom } from './random.ts';

/** Probabilities of what goes wrong at each occasion while there are faults; 0: never. */
export interface Faults {
  readonly dropRequest: number;
  readonly dropAnswer: number;
  readonly duplicate: number;
  readonly slow: number;
  /** Of each answer of a batch cluster. */
  readonly clusterFails: number;
  readonly clusterLate: number;
  /** A batch cluster loses sight of a node and calls its jobs gone while they run on, per minute. */
  readonly lostNode: number;
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

/**
 * What a history is about. `silence`: long commands whose workers are cut off, so that living attempts are taken for dead.
 * `race`: runs that follow each other at once, while the requests of the last one still come in. `wrong`: a batch cluster that calls jobs gone while they run.
 * `all`: whatever else there is.
 */
export type Focus = 'all' | 'silence' | 'race' | 'wrong';

export function randomFocus(random: SeededRandom): Focus {
  return random.pick(['all', 'all', 'all', 'silence', 'race', 'wrong'] as const);
}

const NONE: Faults = {
  dropRequest: 0,
  dropAnswer: 0,
  duplicate: 0,
  slow: 0,
  clusterFails: 0,
  clusterLate: 0,
  lostNode: 0,
  launchFails: 0,
  serverCrash: 0,
  clientCrash: 0,
  distributorCrash: 0,
  workerCrash: 0,
  pause: 0,
  machineCrash: 0,
  partition: 0,
  rival: 0,
};

/** Each history has some kinds of faults only: with all of them at once, nothing would ever get far. */
export function randomFaults(focus: Focus, random: SeededRandom): Faults {
  const some = (share: number, least: number, most: number) => (random.chance(share) ? random.spread(least, most) : 0);
  if (focus === 'silence') {
    return {
      ...NONE,
      partition: some(1, 3, 10),
      clusterFails: some(0.7, 0.1, 0.5),
      workerCrash: some(0.3, 0.001, 0.01),
    };
  }
  if (focus === 'wrong') {
    // Nobody stands still: a worker that gets no processor cannot end its command (docs/guarantees.md, The lease).
    return {
      ...NONE,
      dropAnswer: some(0.3, 0.01, 0.2),
      slow: some(0.4, 0.02, 0.3),
      clusterFails: some(0.4, 0.02, 0.3),
      serverCrash: some(0.2, 0.0003, 0.002),
      clientCrash: some(0.3, 0.001, 0.003),
      distributorCrash: some(0.2, 0.001, 0.003),
      workerCrash: some(0.3, 0.001, 0.02),
      partition: some(0.5, 0.5, 4),
      rival: some(0.2, 0.3, 1),
      lostNode: some(1, 3, 10),
    };
  }
  if (focus === 'race') {
    return {
      ...NONE,
      duplicate: some(0.7, 0.02, 0.3),
      slow: some(1, 0.05, 0.5),
      clientCrash: some(0.7, 0.003, 0.01),
      distributorCrash: some(0.5, 0.003, 0.01),
      pause: some(0.3, 0.001, 0.01),
      rival: some(0.8, 2, 10),
    };
  }
  return {
    dropRequest: some(0.4, 0.005, 0.2),
    dropAnswer: some(0.5, 0.005, 0.2),
    duplicate: some(0.4, 0.01, 0.3),
    slow: some(0.4, 0.01, 0.4),
    clusterFails: some(0.4, 0.02, 0.3),
    clusterLate: some(0.4, 0.02, 0.3),
    lostNode: 0,
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
