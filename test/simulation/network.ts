/** The network between the processes and the server: late, lossy, and now and then in two minds. */
import type { Transport, TransportAnswer } from '../../src/api/transport.ts';
import { checkAcknowledged } from './acknowledgements.ts';
import type { SimulatedProcess } from './process.ts';
import type { SeededRandom } from './random.ts';
import type { World } from './world.ts';

type TransportRequest = Parameters<Transport['send']>[0];

/** What becomes of one request. */
interface Fate {
  /** Milliseconds until each delivery; none: it is lost. Only the first one's answer can come back. */
  readonly deliveries: readonly number[];
  /** Milliseconds that the answer takes; undefined: it is lost. */
  readonly answer: number | undefined;
}

export class Network {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #open = new Map<SimulatedProcess, Set<Exchange>>();
  /** Processes that are cut off, with the time until which they are. */
  readonly #cut = new Map<SimulatedProcess, number>();
  /** Answers that have come in so far. */
  answers = 0;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  /** Requests that wait for their answer. */
  get openRequests(): number {
    return [...this.#open.values()].reduce((sum, { size }) => sum + size, 0);
  }

  transportOf(process: SimulatedProcess): Transport {
    const open = new Set<Exchange>();
    this.#open.set(process, open);
    process.onEnd(() => {
      for (const exchange of open) exchange.abandon();
      this.#open.delete(process);
    });
    return {
      send: (request) =>
        new Promise((resolve, reject) => {
          const exchange = new Exchange(this.#world, this, process, request);
          exchange.begin((outcome) => {
            open.delete(exchange);
            if (outcome instanceof Error) reject(outcome);
            else resolve(outcome);
          });
          if (exchange.isOpen) open.add(exchange);
        }),
      close: async () => {},
    };
  }

  cutOff(process: SimulatedProcess, milliseconds: number): void {
    this.#cut.set(process, this.#world.time.now + milliseconds);
  }

  isCutOff(process: SimulatedProcess): boolean {
    return this.#world.hasFaults && (this.#cut.get(process) ?? 0) > this.#world.time.now;
  }

  /** Milliseconds from one process to the other. */
  latency(): number {
    const { faults } = this.#world.scenario;
    if (this.#world.hasFaults && this.#random.chance(faults.slow)) return this.#random.spread(200, 30_000);
    return this.#random.spread(0.2, 8);
  }

  fate(): Fate {
    const { faults } = this.#world.scenario;
    const happens = (kind: string, probability: number) => {
      if (!this.#world.hasFaults || !this.#random.chance(probability)) return false;
      this.#world.history.fault(kind);
      return true;
    };
    const first = this.latency();
    const deliveries = happens('request lost', faults.dropRequest) ? [] : [first];
    if (happens('request copied', faults.duplicate)) deliveries.push(first + this.#random.spread(0.1, 20_000));
    return { deliveries, answer: happens('answer lost', faults.dropAnswer) ? undefined : this.latency() };
  }
}

class Exchange {
  readonly #world: World;
  readonly #network: Network;
  readonly #process: SimulatedProcess;
  readonly #request: TransportRequest;
  /** Aborted when the server would see the connection close. */
  readonly #closed = new AbortController();
  #finish: ((outcome: TransportAnswer | Error) => void) | undefined;
  #cancelTimeout = () => {};

  constructor(world: World, network: Network, process: SimulatedProcess, request: TransportRequest) {
    this.#world = world;
    this.#network = network;
    this.#process = process;
    this.#request = request;
  }

  get isOpen(): boolean {
    return this.#finish !== undefined;
  }

  begin(finish: (outcome: TransportAnswer | Error) => void): void {
    const { signal, timeout } = this.#request;
    if (!this.#process.isAlive) return;
    if (signal?.aborted) {
      finish(new Error('the request was given up'));
      return;
    }
    const fate = this.#network.fate();
    this.#finish = finish;
    this.#cancelTimeout = this.#process.clock.after(timeout * 1000, () => this.#giveUp('the request timed out'));
    signal?.addEventListener('abort', () => this.#giveUp('the request was given up'), { once: true });
    this.#world.history.add(`${this.#process.name} → ${this.#label}`);
    for (const [index, delay] of fate.deliveries.entries()) {
      this.#world.time.after(delay, () => this.#deliver(index === 0 ? fate : undefined));
    }
    this.#world.crashes.step(this.#process); // It may die with its request on the way.
    if (!this.#process.isAlive && this.#world.random.chance(0.5)) {
      this.#world.time.after(this.#world.random.spread(100, 20_000), () => this.#deliver(undefined));
    }
  }

  /** The process is dead: nobody waits for the answer, and the server may notice it. */
  abandon(): void {
    this.#finish = undefined;
    this.#cancelTimeout();
    this.#close();
  }

  get #label(): string {
    const { method, url } = this.#request;
    return `${method} ${url.slice(4, url.indexOf('?'))}`;
  }

  /** `fate` undefined: a copy, whose answer nobody gets. */
  #deliver(fate: Fate | undefined): void {
    const { server, time, history } = this.#world;
    if (this.#network.isCutOff(this.#process)) return;
    if (!server.isUp) {
      if (fate !== undefined) time.after(this.#network.latency(), () => this.#giveUp('connection refused'));
      return;
    }
    if (fate === undefined) history.add(`a copy of ${this.#process.name} → ${this.#label}`);
    const signal = fate === undefined ? new AbortController().signal : this.#closed.signal;
    server.handle({ ...this.#request, signal }, (answer) => {
      if (fate !== undefined) this.#answer(answer, fate);
    });
  }

  #answer(answer: TransportAnswer | undefined, { answer: delay }: Fate): void {
    const { time } = this.#world;
    if (delay === undefined || this.#network.isCutOff(this.#process)) return;
    time.after(delay, () => {
      if (!this.isOpen) return;
      if (answer === undefined) this.#giveUp('connection reset');
      else this.#process.whenAwake(() => this.#take(answer));
    });
  }

  #take(answer: TransportAnswer): void {
    if (!this.isOpen) return;
    this.#network.answers++;
    this.#world.history.add(`${this.#process.name} ← ${this.#label}: ${answer.status}`);
    checkAcknowledged(this.#world, this.#request.url, answer);
    this.#end(answer);
  }

  #giveUp(reason: string): void {
    if (!this.isOpen) return;
    this.#process.whenAwake(() => {
      if (!this.isOpen) return;
      this.#end(new Error(reason));
      this.#close();
    });
  }

  #end(outcome: TransportAnswer | Error): void {
    const finish = this.#finish;
    this.#finish = undefined;
    this.#cancelTimeout();
    finish?.(outcome);
  }

  #close(): void {
    this.#world.time.after(this.#network.latency(), () => this.#closed.abort('the connection was closed'));
  }
}
