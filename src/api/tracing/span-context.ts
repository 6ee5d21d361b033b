/** Where a span stands, as it travels between processes: the `traceparent` of the W3C, in a header or in the environment. */
import type { Random } from '../../core/random.ts';

export interface SpanContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** The variable by which a process hands its place in a trace to those that it starts. */
export const TRACE_VARIABLE = 'TRACEPARENT';

/** A later version may have more fields behind these; version ff is none. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Undefined for what is none: the trace begins anew then. */
export function parseTraceparent(text: string | undefined): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(text ?? '') ?? [];
  if (version === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function writeTraceparent({ traceId, spanId, isSampled }: SpanContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** A place below `parent`, or the first of a trace. */
export function newContext(random: Random, parent: SpanContext | undefined): SpanContext {
  const secret = random.secret();
  return {
    traceId: parent?.traceId ?? secret.slice(0, 32),
    spanId: secret.slice(32, 48),
    isSampled: parent?.isSampled ?? true,
  };
}
