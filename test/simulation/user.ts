/** The person before the terminal: starts the workflow, and starts it again until it has come to its right end. */
import { type ClientEnd, type ClientMode, runClient } from './client.ts';
import { checkEnd } from './end.ts';
import type { SeededRandom } from './random.ts';
import type { World } from './world.ts';

/** Milliseconds after the last fault within which its consequences still come: late copies, processes that stood still. */
const AFTERMATH = 240_000;
/** Resumes beyond those that planned failures may need. */
const SPARE_RESUMES = 3;

export class User {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #clients = new Set<Promise<ClientEnd>>();
  isDone = false;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  async work(): Promise<void> {
    this.#everyMinute(this.#world.scenario.faults.rival, () => this.#startRival());
    let end = await this.#run({ ...this.#mode(), how: 'new' });
    while (this.#world.hasFaults && !this.#isComplete(end)) {
      await this.#sleep(this.#random.spread(100, 20_000));
      end = await this.#run(this.#mode());
    }
    await Promise.all(this.#clients);
    if (!this.#isComplete(end)) await this.#finish();
    checkEnd(this.#world);
    this.isDone = true;
  }

  /** Calls `action` at random moments, `rate` times a minute on average, as long as there are faults. */
  #everyMinute(rate: number, action: () => void): void {
    if (rate === 0) return;
    const again = () => {
      if (!this.#world.hasFaults || this.isDone) return;
      action();
      this.#world.time.after(this.#pause(rate), again);
    };
    this.#world.time.after(this.#pause(rate), again);
  }

  #pause(rate: number): number {
    return (-Math.log(1 - this.#random.fraction()) * 60_000) / rate;
  }

  /** Nothing goes wrong any more: each resume now has to end right, and a few are enough. */
  async #finish(): Promise<void> {
    const { tasks } = this.#world.scenario;
    await this.#sleep(AFTERMATH);
    const failures = tasks.reduce((sum, { executions }) => sum + executions.length, 0);
    for (let resumes = failures + SPARE_RESUMES; resumes > 0; resumes--) {
      const end = await this.#run({ ...this.#mode(), failFast: false });
      if (this.#isComplete(end) || this.#isFinal(end)) return;
      if (end.result === undefined) {
        this.#world.violate('I7', `a resume after all faults was refused or broke off: ${String(end.error)}`);
        return;
      }
    }
    this.#world.violate('I7', 'the workflow does not get to its end, however often it is resumed.');
  }

  /** All that is left are tasks that fail whatever is done, and those that wait for them. */
  #isFinal({ result }: ClientEnd): boolean {
    const { scenario, ledger } = this.#world;
    if (result === undefined) return false;
    return scenario.tasks.every(({ poisoned }, index) => ledger.taskStatus(index) !== 'F' || poisoned);
  }

  #startRival(): void {
    if (this.#world.ledger.rows('run').length > 0) void this.#run(this.#mode());
  }

  #run(mode: ClientMode): Promise<ClientEnd> {
    const run = runClient(this.#world, mode);
    this.#clients.add(run);
    void run.then(() => this.#clients.delete(run));
    return run;
  }

  #isComplete({ result }: ClientEnd): boolean {
    return result?.status === 'D' || this.#world.ledger.rows('workflow').some(([, status]) => status === 'D');
  }

  #mode(): ClientMode {
    const isKnown = this.#world.ledger.rows('run').length > 0; // Only then its tasks are bound, all of them.
    return {
      how: isKnown && this.#random.chance(0.5) ? 'id' : 'again',
      cold: this.#random.chance(0.6),
      failFast: this.#world.scenario.failFast,
      forceCleanup: this.#random.chance(0.2),
    };
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#world.time.after(milliseconds, resolve));
  }
}
