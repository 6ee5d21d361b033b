import { BatchCluster } from './batch-cluster.ts';
import { Commands } from './commands.ts';
import { Crashes } from './crashes.ts';
import { History } from './history.ts';
import { Ledger } from './ledger.ts';
import { SimulatedMachine } from './machine.ts';
import { Network } from './network.ts';
import type { SimulatedProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { randomScenario, type Scenario } from './scenario.ts';
import { SimulatedServer } from './server.ts';
import { SimulatedSpool } from './spool.ts';
import { SimulatedTime } from './time.ts';
import { type PromiseName, Violation } from './violation.ts';

/** Beyond every number that a real process can have, so that nothing here could ever signal one. */
const FIRST_PID = 5_000_000;

/** Everything that one history takes place in. */
export class World {
  readonly time = new SimulatedTime();
  readonly history = new History(() => this.time.now);
  readonly random: SeededRandom;
  readonly scenario: Scenario;
  /** Where clients and their distributors live, and the server. */
  readonly host: SimulatedMachine;
  readonly crashes: Crashes;
  readonly network: Network;
  readonly batch: BatchCluster;
  readonly server: SimulatedServer;
  readonly commands: Commands;
  readonly ledger: Ledger;
  readonly spool: SimulatedSpool;
  /** The first promise that was broken. */
  violation: Violation | undefined;
  #pids = FIRST_PID;

  constructor(seed: number) {
    const random = new SeededRandom(seed);
    this.scenario = randomScenario(random.fork('scenario'));
    this.random = random.fork('world');
    this.host = new SimulatedMachine('host', { skew: random.integer(-3_600_000, 3_600_000), drift: 1e-4 });
    this.crashes = new Crashes(this.scenario.faults, random.fork('crashes'), (kind, line) =>
      this.history.fault(kind, line),
    );
    this.network = new Network(this, random.fork('network'));
    this.batch = new BatchCluster(this, random.fork('batch'));
    this.server = new SimulatedServer(this, random.fork('server'));
    this.spool = new SimulatedSpool(this, random.fork('spool'));
    this.commands = new Commands(this);
    this.ledger = new Ledger(this);
  }

  /** Whether anything may still go wrong. */
  get hasFaults(): boolean {
    return this.crashes.isActive;
  }

  get machines(): readonly SimulatedMachine[] {
    return [this.host, ...this.batch.nodes];
  }

  get processes(): readonly SimulatedProcess[] {
    return this.machines.flatMap(({ living }) => living);
  }

  nextPid(): number {
    return ++this.#pids;
  }

  violate(promise: PromiseName, sentence: string): void {
    if (this.violation !== undefined) return;
    this.history.add(`VIOLATION ${promise}: ${sentence}`);
    this.violation = new Violation(promise, sentence);
  }
}
