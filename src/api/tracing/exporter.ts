import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { LineLog } from '../../core/log.ts';
import { SKEP_VERSION } from '../../core/version.ts';
import type { Transport } from '../transport.ts';
import { type Attributes, encodeSpans, type FinishedSpan } from './otlp.ts';

/** Spans that wait at most: some megabytes. What comes while they are full is dropped. */
const MOST_WAITING = 4096;
/** Spans of one request. */
const BATCH = 512;
/** Milliseconds for which spans are gathered, and the longest pause after failures, which double it. */
const INTERVAL = 1000;
const LONGEST_PAUSE = 30_000;
/** Seconds after which a request is given up. */
const TIMEOUT = 5;
/** Milliseconds that the end of a process waits for its last spans; none when the receiver failed before. */
const FAREWELL = 200;

export interface ExporterOptions {
  readonly transport: Transport;
  /** Path and query of the receiver below its origin. */
  readonly path: string;
  readonly resource: Attributes;
  readonly clock: Clock;
  readonly log: LineLog;
}

/**
 * Hands finished spans to a receiver of OTLP over HTTP. Nobody waits for it and nothing fails by it: a receiver that is
 * away, slow or refuses costs its spans, and one line of the log.
 */
export class OtlpExporter {
  readonly #options: ExporterOptions;
  #waiting: FinishedSpan[] = [];
  #sending: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #pause = INTERVAL;
  #isClosed = false;
  readonly #over = new AbortController();
  /** Spans that nobody will see. */
  dropped = 0;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  add(span: FinishedSpan): void {
    if (this.#isClosed || this.#waiting.length >= MOST_WAITING) {
      this.dropped++;
      return;
    }
    this.#waiting.push(span);
    this.#schedule();
  }

  /** Sends what waits, for a moment at most, and takes no more. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    const { clock, transport } = this.#options;
    if (this.#pause === INTERVAL) {
      const late = new AbortController();
      await Promise.race([this.#sendAll(), clock.sleep(FAREWELL, late.signal)]);
      late.abort();
    }
    this.#over.abort();
    await transport.close();
  }

  #schedule(): void {
    if (this.#cancelTimer !== undefined || this.#sending !== undefined || this.#isClosed) return;
    this.#cancelTimer = this.#options.clock.after(this.#pause, () => {
      this.#cancelTimer = undefined;
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined;
        if (this.#waiting.length > 0) this.#schedule();
      });
    });
  }

  async #sendAll(): Promise<void> {
    await this.#sending;
    while (this.#waiting.length > 0 && this.#pause === INTERVAL && !this.#over.signal.aborted) await this.#send();
  }

  async #send(): Promise<void> {
    const spans = this.#waiting.splice(0, BATCH);
    const { transport, path, resource, log } = this.#options;
    try {
      const { status } = await transport.send({
        method: 'POST',
        url: path,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(encodeSpans(spans, resource, SKEP_VERSION))),
        timeout: TIMEOUT,
        signal: this.#over.signal,
      });
      if (status >= 300) throw new Error(`status ${status}`);
      this.#pause = INTERVAL;
    } catch (error) {
      this.dropped += spans.length;
      if (this.#pause === INTERVAL && !this.#over.signal.aborted) {
        log.warn({ error: messageOf(error) }, 'The receiver of traces takes none; what it misses is lost');
      }
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    }
  }
}
