/** Long lists in requests of a bearable size, several of them under way. */
import { type Clock, systemClock } from '../../core/clock.ts';
import { inParallel } from './pipeline.ts';

/** Enough that the server always has the next chunk at hand; it writes one at a time. */
const CHUNKS_IN_FLIGHT = 4;

/** Items in one request, when nobody says how many. More than the most gain little, and keep other clients waiting. */
const SIZE = { least: 125, first: 500, most: 2000 };
/** Milliseconds within which a chunk should be answered, with others before it in the queue of the server. */
const GOOD_ANSWER = { least: 400, most: 1200 };

/** How many items go into one request: as many as was asked for, else by how fast the answers come. */
export class ChunkSize {
  readonly #clock: Clock;
  readonly #isFixed: boolean;
  #items: number;

  constructor(fixed: number | undefined, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#isFixed = fixed !== undefined;
    this.#items = fixed ?? SIZE.first;
  }

  get items(): number {
    return this.#items;
  }

  /** Runs the work of a chunk of `length` items and learns from the time that it takes. */
  async watch(length: number, work: () => Promise<unknown>): Promise<void> {
    const started = this.#clock.monotonic();
    await work();
    // Chunks of another size were cut before the last change, and say nothing about it.
    if (this.#isFixed || length !== this.#items) return;
    const taken = this.#clock.monotonic() - started;
    if (taken < GOOD_ANSWER.least) this.#items = Math.min(SIZE.most, this.#items * 2);
    if (taken > GOOD_ANSWER.most) this.#items = Math.max(SIZE.least, Math.floor(this.#items / 2));
  }
}

export interface Chunking<Item> {
  readonly size: ChunkSize;
  readonly weightOf?: (item: Item) => number;
  /** What the weights of a chunk may sum up to; one item alone may weigh more. */
  readonly maximum?: number;
}

/**
 * Sends consecutive chunks of `items`, several at a time, and the last one alone when all others have been answered: it may
 * say that everything is there. Without items one empty chunk is sent. The first error ends it.
 */
export async function inChunks<Item>(
  items: readonly Item[],
  { size, weightOf = () => 0, maximum = Number.POSITIVE_INFINITY }: Chunking<Item>,
  send: (chunk: readonly Item[], isLast: boolean) => Promise<unknown>,
): Promise<void> {
  let start = 0;
  const nextEnd = () => {
    let end = start;
    let weight = 0;
    for (; end < items.length && end - start < size.items; end++) {
      weight += weightOf(items[end] as Item);
      if (weight > maximum && end > start) break;
    }
    return end;
  };
  function* allButLast() {
    for (let end = nextEnd(); end < items.length; end = nextEnd()) {
      const chunk = items.slice(start, end);
      start = end;
      yield chunk;
    }
  }
  await inParallel(allButLast(), CHUNKS_IN_FLIGHT, (chunk) => size.watch(chunk.length, () => send(chunk, false)));
  await send(items.slice(start), true);
}
