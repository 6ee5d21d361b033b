import type { Requester } from '../api/requester.ts';
import type { BodyOf } from '../api/route.ts';
import { routes } from '../api/routes.ts';
import type { Clock } from '../core/clock.ts';
import { isSkepError, messageOf } from '../core/errors.ts';
import type { LineLog } from '../core/log.ts';

/** The last of a stream, and how many bytes were written until its end. */
export interface StreamEnd {
  readonly text: string;
  readonly until: number;
}

export interface ShownOutputOptions {
  readonly requester: Requester;
  readonly clock: Clock;
  readonly log: LineLog;
  readonly nodename: string;
  readonly processId: number;
  /**
   * Whether one request is kept open at the server, which is answered as soon as somebody looks. One for each machine is
   * cheap; one for each job of a batch system would be thousands: those hear of it with their next sign of life.
   */
  readonly waits: boolean;
}

type Shown = BodyOf<typeof routes.exchangeOutput>['task_instances'][number];
/** Gives both streams as they are now; undefined before the command has begun. */
type ReadOutput = () => Pick<Shown, 'stdout' | 'stderr'> | undefined;

/** Milliseconds for which a command runs before anybody may look at it: most end sooner, and cost nothing here. */
const SETTLED = 1000;
/** Seconds that the server may keep the request open. */
const WAIT = 25;
/** Milliseconds between two looks at commands that somebody looks at. */
const PACE = 500;
/** Milliseconds after a failure: onlookers can wait, and the server has other things to do. */
const RECOVERY = 5000;
/** Seconds that the end of a command waits for its last output to be shown. */
const FAREWELL = 2;

/** Shows what running commands have written, while somebody looks at it: once in a while, and only what is new. */
export class ShownOutput {
  readonly #options: ShownOutputOptions;
  readonly #running = new Map<number, ReadOutput>();
  /** Those that somebody looks at, with the bytes of each stream that were shown last. */
  readonly #watched = new Map<number, string>();
  #cancelStart: (() => void) | undefined;
  #cut: AbortController | undefined;
  #isRefused = false;

  constructor(options: ShownOutputOptions) {
    this.#options = options;
  }

  /** Lets the output of a command be looked at. The returned function ends that, when the command has. It never rejects. */
  add(taskInstanceId: number, read: ReadOutput): () => Promise<void> {
    this.#running.set(taskInstanceId, read);
    if (this.#options.waits) this.#startSoon();
    return async () => {
      if (this.#watched.has(taskInstanceId)) await this.#showLast(taskInstanceId, read);
      this.#running.delete(taskInstanceId);
      this.#watched.delete(taskInstanceId);
      if (this.#running.size > 0) return;
      this.#cancelStart?.();
      this.#cancelStart = undefined;
      this.#cut?.abort();
    };
  }

  /** Somebody looks at these. */
  watch(taskInstanceIds: readonly number[]): void {
    this.#note(taskInstanceIds);
    if (this.#watched.size > 0 && this.#cut === undefined && !this.#isRefused) this.#exchange();
  }

  #startSoon(): void {
    if (this.#isRefused || this.#cut !== undefined) return;
    this.#cancelStart ??= this.#options.clock.after(SETTLED, () => {
      this.#cancelStart = undefined;
      if (this.#cut === undefined) this.#exchange();
    });
  }

  /** One request after the other, while there is a reason. */
  async #exchange(): Promise<void> {
    const { clock, waits } = this.#options;
    const cut = new AbortController();
    this.#cut = cut;
    while (!cut.signal.aborted && (waits || this.#watched.size > 0)) {
      const isAwaited = this.#watched.size > 0;
      const isHeard = await this.#step(isAwaited ? 0 : WAIT, cut.signal);
      if (this.#isRefused) break;
      if (!isHeard || isAwaited) await clock.sleep(isHeard ? PACE : RECOVERY, cut.signal);
    }
    this.#cut = undefined;
    // What came while the last request was being cut.
    if (this.#running.size > 0 && waits) this.#startSoon();
  }

  async #step(wait: number, signal: AbortSignal): Promise<boolean> {
    const news = [...this.#watched].flatMap(([id, shown]) => this.#newsOf(id, shown));
    try {
      this.#note(await this.#send(news, wait, signal));
      return true;
    } catch (error) {
      this.#isRefused = isSkepError(error, 'request_refused');
      if (!signal.aborted) this.#options.log.debug({ error: messageOf(error) }, 'Output could not be shown');
      return false;
    }
  }

  #newsOf(taskInstanceId: number, shown: string): Shown[] {
    const output = this.#running.get(taskInstanceId)?.();
    if (output === undefined || placeOf(output) === shown) return [];
    this.#watched.set(taskInstanceId, placeOf(output));
    return [{ task_instance_id: taskInstanceId, ...output, ended: false }];
  }

  #note(watched: readonly number[]): void {
    const wanted = new Set(watched);
    for (const id of this.#watched.keys()) if (!wanted.has(id)) this.#watched.delete(id);
    for (const id of wanted) if (this.#running.has(id) && !this.#watched.has(id)) this.#watched.set(id, '');
  }

  async #showLast(taskInstanceId: number, read: ReadOutput): Promise<void> {
    const output = read();
    if (output === undefined) return;
    try {
      await this.#send([{ task_instance_id: taskInstanceId, ...output, ended: true }], 0);
    } catch (error) {
      // The end of the command is reported with the same text in a moment.
      this.#options.log.debug(
        { error: messageOf(error), task_instance_id: taskInstanceId },
        'The last output could not be shown',
      );
    }
  }

  async #send(shown: readonly Shown[], wait: number, signal?: AbortSignal): Promise<readonly number[]> {
    const { requester, nodename, processId } = this.#options;
    const body = {
      nodename,
      process_group_id: processId,
      wait_seconds: wait,
      task_instances: [...shown],
    };
    const options = { attempts: 1, timeout: wait + FAREWELL, ...(signal && { signal }) };
    return (await requester.call(routes.exchangeOutput, { body }, options)).watched;
  }
}

function placeOf({ stdout, stderr }: Pick<Shown, 'stdout' | 'stderr'>): string {
  return `${stdout.until} ${stderr.until}`;
}
