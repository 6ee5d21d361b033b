import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { RequestTrace } from '../requester.ts';
import type { OtlpExporter } from './exporter.ts';
import type { Attributes, FinishedSpan, SpanKind } from './otlp.ts';
import { newContext, type SpanContext, writeTraceparent } from './span-context.ts';

interface SpanOptions {
  /** Undefined: a trace begins here. */
  readonly parent: SpanContext | undefined;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Milliseconds since the epoch; default: now. */
  readonly start?: number;
}

/** Something that takes time and has a place in a trace. */
export interface Span {
  readonly context: SpanContext;
  /** For the header or the environment of those that work for it. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  event(name: string, attributes?: Attributes): void;
  /** It is over, and `failure` says what went wrong. The first call counts. */
  end(failure?: string): void;
}

export interface CountedRequests extends RequestTrace {
  /** Requests so far by method and path. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Makes the spans of one component. */
export class Tracer {
  readonly #exporter: OtlpExporter;
  readonly #clock: Clock;
  readonly #random: Random;
  /** What makes a time of day of the clock that never jumps: spans of one process keep their order. */
  readonly #offset: number;

  constructor(exporter: OtlpExporter, clock: Clock, random: Random) {
    this.#exporter = exporter;
    this.#clock = clock;
    this.#random = random;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#offset + this.#clock.monotonic();
  }

  start(name: string, { parent, kind = 'internal', attributes = {}, start = this.now() }: SpanOptions): Span {
    const context = newContext(this.#random, parent);
    const events: FinishedSpan['events'][number][] = [];
    let all = attributes;
    let isOver = false;
    return {
      context,
      traceparent: writeTraceparent(context),
      set: (more) => {
        all = { ...all, ...more };
      },
      event: (event, more = {}) => {
        events.push({ name: event, time: this.now(), attributes: more });
      },
      end: (failure) => {
        if (isOver) return;
        isOver = true;
        if (!context.isSampled) return;
        this.#exporter.add({ name, kind, context, parent, start, end: this.now(), attributes: all, events, failure });
      },
    };
  }

  /** Runs `work` as a span; what it throws is thrown, and noted. */
  async within<Value>(name: string, options: SpanOptions, work: (span: Span) => Promise<Value>): Promise<Value> {
    const span = this.start(name, options);
    try {
      const value = await work(span);
      span.end();
      return value;
    } catch (error) {
      span.end(messageOf(error));
      throw error;
    }
  }

  /** Gives each request of a requester a span below `parent`. */
  requestsBelow(parent: SpanContext): CountedRequests {
    const counts = new Map<string, number>();
    return {
      counts,
      begin: (label) => {
        counts.set(label, (counts.get(label) ?? 0) + 1);
        const span = this.start(label, { parent, kind: 'client' });
        return {
          traceparent: span.traceparent,
          end: (status, failure) => {
            span.set({ 'http.response.status_code': status });
            span.end(failure);
          },
        };
      },
    };
  }

  /** Sends what has ended, for a moment at most. Never rejects. */
  close(): Promise<void> {
    return this.#exporter.close();
  }
}
