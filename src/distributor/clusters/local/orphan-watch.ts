import { messageOf } from '../../../core/errors.ts';
import { clearOrphans, type OrphanSearch } from './orphans.ts';

/** Milliseconds between two looks. Each reads /proc once, and a command without a supervisor may wait that long for its end. */
const INTERVAL = 5000;

/**
 * Ends what earlier runs of the workflow left behind, first before the new run starts anything, and then for as long as a
 * hot resume lets some of it go on: should its supervisor die, its own distributor, which would have ended it, is gone.
 */
export class OrphanWatch {
  readonly #search: OrphanSearch;
  #isOver = false;
  #cancel: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();

  constructor(search: OrphanSearch) {
    this.#search = search;
  }

  /** Resolves when nothing is left but what goes on under a supervisor. */
  async start(): Promise<void> {
    if (await clearOrphans(this.#search)) this.#lookLater();
  }

  /** No look begins any more; resolves when the present one, which may wait for the server, is over. */
  stop(): Promise<void> {
    this.#isOver = true;
    this.#cancel();
    return this.#looking;
  }

  #lookLater(): void {
    if (this.#isOver) return;
    this.#cancel = this.#search.clock.after(INTERVAL, () => {
      this.#looking = this.#lookAgain();
    });
  }

  async #lookAgain(): Promise<void> {
    try {
      if (await clearOrphans(this.#search)) this.#lookLater();
    } catch (error) {
      this.#search.log.warn({ error: messageOf(error) }, 'Commands of earlier runs will be looked for again');
      this.#lookLater();
    }
  }
}
