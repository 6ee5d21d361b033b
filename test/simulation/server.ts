import type { Transport, TransportAnswer } from '../../src/api/transport.ts';
import { messageOf } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { Database } from '../../src/server/db/database.ts';
import type { Services } from '../../src/server/handler.ts';
import { type Reaper, startReaper } from '../../src/server/reaper.ts';
import { createServices } from '../../src/server/services.ts';
import { takeSpooled } from '../../src/server/spooled.ts';
import { Disk } from './disk.ts';
import { Edge } from './edge.ts';
import { launcherOf } from './launcher.ts';
import { SimulatedProcess } from './process.ts';
import type { SeededRandom } from './random.ts';
import type { World } from './world.ts';

type Request = Parameters<Transport['send']>[0];
type OnAnswer = (answer: TransportAnswer | undefined) => void;

interface Running {
  readonly process: SimulatedProcess;
  readonly database: Database;
  readonly services: Services;
  readonly reaper: Reaper;
  readonly edge: Edge;
}

/** The server, which dies and comes back on the same disk. */
export class SimulatedServer {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #waiting = new Set<OnAnswer>();
  #disk: Disk | undefined;
  #running: Running | undefined;
  #process: SimulatedProcess | undefined;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  /** Whether it is up and nothing waits for it to get its processor. */
  get hasCaughtUp(): boolean {
    return this.#running?.process.hasCaughtUp === true;
  }

  /** Brings it up, with the parts and in the order of production (`src/server/start.ts`), but without a socket and its web framework. */
  async start(): Promise<void> {
    const world = this.#world;
    const process = new SimulatedProcess(world, { role: 'server', machine: world.host, ownGroup: true });
    this.#process = process;
    this.#disk ??= await Disk.create({
      dies: () => this.#diesAtStatement(),
      onCommit: (changes) => world.ledger.commit(changes),
    });
    const random = this.#random.fork(process.identity);
    const seams = { clock: process.clock, random, processes: launcherOf(world, process) };
    try {
      world.ledger.compare(this.#disk.present());
      const { path, open } = this.#disk;
      const database = await Database.open({ path, open, ...seams });
      const { config } = world.scenario;
      if (!process.isAlive) return;
      const services = createServices({ config, database, ...seams, log: silentLog });
      const spool = world.spool.seenBy(process);
      await takeSpooled(services, spool);
      if (!process.isAlive) return;
      const reaper = startReaper(services, spool);
      this.#running = { process, database, services, reaper, edge: new Edge(services) };
      world.history.add('the server is up');
    } catch (error) {
      if (process.isAlive) throw error;
      world.history.add(`the server died while it started: ${messageOf(error)}`);
    }
  }

  /** Hands a request to the server; `onAnswer` hears the answer, or undefined when the server died instead. */
  handle(request: Request, onAnswer: OnAnswer): void {
    const running = this.#running as Running;
    running.process.whenAwake(() => {
      if (this.#running !== running) return onAnswer(undefined);
      this.#waiting.add(onAnswer);
      void running.edge.answer(request).then((answer) => {
        if (this.#waiting.delete(onAnswer)) onAnswer(answer);
      });
    });
  }

  /** Nothing of the process is left but what was committed. It comes back after a while. */
  crash(): void {
    if (this.#process?.isAlive !== true) return;
    const { history, time } = this.#world;
    history.fault('server killed', 'the server is killed');
    this.#process.kill();
    this.#running = undefined;
    this.#disk?.pullOut();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const onAnswer of waiting) onAnswer(undefined);
    time.after(this.#random.spread(100, 60_000), () => time.block(this.start()));
  }

  /** Ends it in order, as production does, and checks that it can. */
  async close(): Promise<void> {
    const { services, reaper, database, process } = this.#running as Running;
    this.#running = undefined;
    await reaper.stop();
    services.feed.close();
    services.onlookers.close();
    await database.close();
    const { pendingTimers } = process;
    if (pendingTimers > 0) this.#world.violate('I10', `the server has ended and left ${pendingTimers} timers.`);
    process.exit({ code: 0, signal: null });
  }

  removeData(): void {
    this.#disk?.remove();
  }

  #diesAtStatement(): boolean {
    if (!this.#world.crashes.statement()) return false;
    this.crash();
    return true;
  }
}
