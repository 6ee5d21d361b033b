/** One history from its seed: everything that is in `src/` between a client and its commands, and what may go wrong. */
import { checkLeftovers } from './end.ts';
import type { SimulatedProcess } from './process.ts';
import { countImmediates } from './time.ts';
import { User } from './user.ts';
import type { Violation } from './violation.ts';
import { World } from './world.ts';

/** Milliseconds of simulated time that a history may take beyond its faults. */
const LONGEST = 8 * 3_600_000;
/** Milliseconds in which everybody has to leave when all is over. */
const FAREWELL = 1_200_000;

export interface Outcome {
  readonly seed: number;
  readonly violation: Violation | undefined;
  /** The same for two histories that are the same. */
  readonly digest: string;
  /** The last lines of the history. */
  readonly last: readonly string[];
  /** Simulated seconds. */
  readonly duration: number;
  readonly answers: number;
  readonly commands: number;
  /** Lines of the history. */
  readonly steps: number;
  /** What went wrong: how often, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Final reports that were kept in files, and those of them that others than their workers delivered. */
  readonly reports: { readonly kept: number; readonly delivered: number };
}

export async function simulate(seed: number): Promise<Outcome> {
  countImmediates();
  const world = new World(seed);
  const stopWatching = watchRejections(world);
  try {
    await play(world);
  } finally {
    stopWatching();
    world.server.removeData();
  }
  return {
    seed,
    violation: world.violation,
    digest: world.history.digest,
    last: world.history.last,
    duration: world.time.now / 1000,
    answers: world.network.answers,
    commands: world.commands.starts,
    steps: world.history.length,
    faults: world.history.faults,
    reports: { kept: world.spool.kept, delivered: world.spool.delivered },
  };
}

async function play(world: World): Promise<void> {
  const { time, scenario, server } = world;
  const user = new User(world, world.random.fork('user'));
  time.block(server.start().then(() => void user.work()));
  for (const machine of world.machines)
    misfortunes(world, scenario.faults.machineCrash, () => {
      world.history.fault('power lost', `${machine.name} loses its power`);
      for (const process of machine.living) if (process.role !== 'server') process.kill();
    });
  misfortunes(world, scenario.faults.partition, () => {
    const process = victim(world);
    if (process === undefined) return;
    const milliseconds = world.random.spread(1000, 180_000);
    world.history.fault('process cut off', `${process.name} is cut off for ${Math.round(milliseconds)} ms`);
    world.network.cutOff(process, milliseconds);
  });
  misfortunes(world, scenario.faults.lostNode, () => world.batch.loseNode());
  time.after(scenario.faultsEnd, () => {
    world.history.add('no more faults');
    world.crashes.isActive = false;
  });
  const broken = () => world.violation !== undefined;
  if (!(await time.run(() => user.isDone || broken(), scenario.faultsEnd + LONGEST))) {
    world.violate('I7', 'the workflow has not come to its end, and nothing more happens, or it takes for ever.');
  }
  if (broken()) return;
  const farewell = time.now + FAREWELL;
  await time.run(() => broken() || (!world.hasFaults && isQuiet(world)), farewell);
  if (broken()) return;
  checkLeftovers(world);
  let isClosed = false;
  time.block(
    server.close().then(() => {
      isClosed = true;
    }),
  );
  await time.run(() => isClosed, farewell);
  if (!isClosed) world.violate('I10', 'the server does not end.');
}

/** Somebody who talks to the server; rather one who looks after commands, because of those most goes on unheard. */
function victim(world: World): SimulatedProcess | undefined {
  const talkers = world.processes.filter(({ role }) => role !== 'command' && role !== 'server');
  const workers = talkers.filter(({ role }) => role === 'supervisor' || role === 'worker');
  const group = workers.length > 0 && world.random.chance(0.6) ? workers : talkers;
  return group.length === 0 ? undefined : world.random.pick(group);
}

/** Nobody but the server is alive, nobody waits for it, and all that was left for it is taken. */
function isQuiet(world: World): boolean {
  return world.server.hasCaughtUp && world.spool.isEmpty && world.processes.every(({ role }) => role === 'server');
}

/** Calls `action` at random moments, `rate` times a minute on average, as long as there are faults. */
function misfortunes(world: World, rate: number, action: () => void): void {
  if (rate === 0) return;
  const pause = () => (-Math.log(1 - world.random.fraction()) * 60_000) / rate;
  const again = () => {
    if (!world.hasFaults) return;
    action();
    world.time.after(pause(), again);
  };
  world.time.after(pause(), again);
}

/** In production, a rejection that nobody handles ends the process: no history may hold one. */
function watchRejections(world: World): () => void {
  const note = (reason: unknown) => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    world.violate('I10', `a rejection was handled by nobody: ${text}`);
  };
  process.on('unhandledRejection', note);
  return () => process.off('unhandledRejection', note);
}
