import type { Clock } from '../core/clock.ts';
import { WaitingRoom } from './waiting-room.ts';

/** The last of a stream, and how many bytes were written until its end. */
interface StreamEnd {
  readonly text: string;
  readonly until: number;
}

export interface Output {
  readonly stdout: StreamEnd;
  readonly stderr: StreamEnd;
  /** The command has ended, and this is all. */
  readonly ended: boolean;
}

interface Look {
  /** Who runs the command. */
  readonly worker: string;
  /** Milliseconds of the steady clock. */
  at: number;
  output?: Output;
}

/** That somebody looks at what a worker runs, or that there is output of a task instance. */
type Subject = `worker ${string}` | `output ${number}`;

/** Milliseconds after which somebody who does not look again has gone. People's programs look every second or oftener. */
const ATTENTION = 10_000;

/** Milliseconds for which the output of a command that ended is kept for those who looked at it. */
const KEPT = 60_000;

/** Most commands that are looked at; an output has up to 80 kilobytes. */
const MOST = 200;

/**
 * Who looks at the output of running commands, and what their workers have shown of it. It is in the memory of this server
 * alone: with more than one, a worker that reports to another one shows it at the end only.
 */
export class Onlookers {
  readonly #clock: Clock;
  /** By task instance, those that were looked at last at the end. */
  readonly #looks = new Map<number, Look>();
  readonly #waiting: WaitingRoom<Subject>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#waiting = new WaitingRoom(clock);
  }

  /** Somebody looks at a command that this worker runs. */
  look(taskInstanceId: number, worker: string): void {
    this.#forget();
    const now = this.#clock.monotonic();
    const known = this.#looks.get(taskInstanceId);
    this.#looks.delete(taskInstanceId);
    this.#looks.set(taskInstanceId, { ...known, worker, at: now });
    this.#waiting.tell([`worker ${worker}`]);
  }

  /** Those of these commands that somebody looks at. */
  watchedAmong(taskInstanceIds: Iterable<number>): number[] {
    return Array.from(taskInstanceIds).filter((id) => this.#isWatched(this.#looks.get(id)));
  }

  /** Commands of a worker that somebody looks at: at once if there are any, else when there are, or after `seconds`. */
  async awaitLooks(worker: string, seconds: number, signal: AbortSignal): Promise<number[]> {
    const found = this.#watchedOf(worker);
    if (found.length > 0 || seconds === 0) return found;
    await this.#waiting.wait([`worker ${worker}`], seconds, signal);
    return this.#watchedOf(worker);
  }

  /** What a command has written so far. Nothing is kept of one that nobody looked at lately. */
  show(taskInstanceId: number, output: Output): void {
    const look = this.#looks.get(taskInstanceId);
    if (look === undefined) return;
    look.output = output;
    this.#waiting.tell([`output ${taskInstanceId}`]);
  }

  /** What was shown of a command; undefined: nothing. */
  outputOf(taskInstanceId: number): Output | undefined {
    return this.#looks.get(taskInstanceId)?.output;
  }

  /** As {@link outputOf}, of a command that was looked at: if nothing was shown yet, waits for that. */
  async awaitOutput(taskInstanceId: number, seconds: number, signal: AbortSignal): Promise<Output | undefined> {
    const look = this.#looks.get(taskInstanceId);
    if (look !== undefined && look.output === undefined) {
      await this.#waiting.wait([`output ${taskInstanceId}`], seconds, signal);
    }
    return this.outputOf(taskInstanceId);
  }

  /** Ends all waits, present and future. */
  close(): void {
    this.#waiting.close();
  }

  #isWatched(look: Look | undefined): boolean {
    return look !== undefined && this.#clock.monotonic() - look.at < ATTENTION && look.output?.ended !== true;
  }

  #watchedOf(worker: string): number[] {
    return [...this.#looks].flatMap(([id, look]) => (look.worker === worker && this.#isWatched(look) ? [id] : []));
  }

  #forget(): void {
    const now = this.#clock.monotonic();
    for (const [id, { at }] of this.#looks) {
      if (now - at < KEPT && this.#looks.size < MOST) return;
      if (!this.#waiting.isAwaited(`output ${id}`)) this.#looks.delete(id);
    }
  }
}
