import type { Clock } from '../core/clock.ts';

export interface PictureRequest<Picture> {
  /** Tells it from every other one: with all that was asked for. */
  readonly name: string;
  /** Pictures of the same stamp are the same, however old. Undefined, or one that is: it changes with the time. */
  readonly stamp?: () => Promise<number | undefined>;
  /** Milliseconds of the steady clock: its drawing began later than that, whatever it costs. Default: as its cost allows. */
  readonly since?: number | undefined;
  readonly draw: () => Promise<Picture>;
}

interface Drawn {
  readonly picture: unknown;
  readonly stamp: number | undefined;
  /** Milliseconds of the steady clock at which its drawing began, and which it took. */
  readonly begun: number;
  readonly cost: number;
}

interface Entry {
  last?: Drawn | undefined;
  drawing?: { readonly begun: number; readonly picture: Promise<unknown> } | undefined;
  /** Of those who came while another was being drawn, which may miss what they know of. */
  next?: Promise<unknown> | undefined;
}

/** Milliseconds below which a picture is drawn for everybody anew. */
const CHEAP = 25;

/** Times its own cost for which a picture is given to everybody: drawing takes at most a fifth of a reader's time. */
const FRESH = 4;

/** Times its own cost for which it is still given, while a new one is being drawn. Whoever comes later waits for that. */
const USABLE = 20;

/**
 * Milliseconds between the beginnings of two drawings for those who wait for news, if it costs little. So many look at a run
 * whose tasks change all the time that answering them more often would cost it more than they see.
 */
const PACE = 400;

/** Times its own cost that lie between those beginnings if it costs much: a third of a reader's time, and that only while somebody waits. */
const PACE_OF_COST = 3;

/** Most that are kept. The largest are some hundred kilobytes. */
const KEPT = 64;

/**
 * What many look at and what costs the database much (a workflow may have a million tasks), drawn once for all who ask for
 * it at about the same time. What is cheap is never older than the question. What is not may be older, but by no more than a
 * few times what it costs: of a tenth of a second, nobody sees it, and the database is never busy with onlookers alone.
 */
export class Pictures {
  readonly #clock: Clock;
  /** Those that were asked for last are the last. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects as drawing it does. */
  async take<Picture>(request: PictureRequest<Picture>): Promise<Picture> {
    const entry = this.#entryOf(request.name);
    const { since } = request;
    const { last, drawing } = entry;
    if (since !== undefined) {
      if (last !== undefined && last.begun > since) return last.picture as Picture;
      if (drawing !== undefined && drawing.begun > since) return drawing.picture as Promise<Picture>;
      return this.#draw(entry, request);
    }
    const age = last === undefined ? Number.POSITIVE_INFINITY : this.#clock.monotonic() - last.begun;
    const mustBeNew = last === undefined || last.cost <= CHEAP;
    if (mustBeNew || age >= USABLE * last.cost) return this.#draw(entry, request);
    // If it fails, the next one who comes finds nothing, draws, and learns why.
    if (age >= FRESH * last.cost) this.#draw(entry, request).catch(() => this.#entries.delete(request.name));
    return last.picture as Picture;
  }

  /** Milliseconds until it is time to draw it again for those who wait for news of it. */
  pauseOf(name: string): number {
    const last = this.#entries.get(name)?.last;
    if (last === undefined) return 0;
    return Math.max(0, last.begun + Math.max(PACE, PACE_OF_COST * last.cost) - this.#clock.monotonic());
  }

  #entryOf(name: string): Entry {
    const entry = this.#entries.get(name) ?? {};
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > KEPT && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }

  #draw<Picture>(entry: Entry, request: PictureRequest<Picture>): Promise<Picture> {
    if (entry.drawing === undefined) return this.#begin(entry, request);
    const begin = () => {
      entry.next = undefined;
      return this.#begin(entry, request);
    };
    entry.next ??= entry.drawing.picture.then(begin, begin);
    return entry.next as Promise<Picture>;
  }

  #begin<Picture>(entry: Entry, request: PictureRequest<Picture>): Promise<Picture> {
    const picture = this.#renew(entry, request).finally(() => {
      entry.drawing = undefined;
    });
    entry.drawing = { begun: this.#clock.monotonic(), picture };
    return picture;
  }

  async #renew<Picture>(entry: Entry, { draw, stamp: readStamp }: PictureRequest<Picture>): Promise<Picture> {
    const begun = this.#clock.monotonic();
    const stamp = await readStamp?.();
    const { last } = entry;
    if (last !== undefined && stamp !== undefined && stamp === last.stamp) {
      entry.last = { ...last, begun };
      return last.picture as Picture;
    }
    const picture = await draw();
    entry.last = { picture, stamp, begun, cost: this.#clock.monotonic() - begun };
    return picture;
  }
}
