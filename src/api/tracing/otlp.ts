/** Spans as OTLP writes them in JSON. Source: opentelemetry-proto, trace.proto and "OTLP/HTTP, JSON Protobuf Encoding". */
import type { SpanContext } from './span-context.ts';

type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export type SpanKind = 'internal' | 'server' | 'client';

interface SpanEvent {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly attributes: Attributes;
}

export interface FinishedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** What went wrong; undefined: nothing that is known. */
  readonly failure: string | undefined;
}

const KINDS = { internal: 1, server: 2, client: 3 } as const;
const FAILED = 2;

/** The body of one export. `resource`: what made the spans. */
export function encodeSpans(spans: readonly FinishedSpan[], resource: Attributes, version: string): object {
  const scope = { name: 'skep', version };
  const scopeSpans = [{ scope, spans: spans.map(encodeSpan) }];
  return { resourceSpans: [{ resource: { attributes: encodeAttributes(resource) }, scopeSpans }] };
}

function encodeSpan({ name, kind, context, parent, start, end, attributes, events, failure }: FinishedSpan): object {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(parent !== undefined && { parentSpanId: parent.spanId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(end),
    attributes: encodeAttributes(attributes),
    events: events.map((event) => ({
      name: event.name,
      timeUnixNano: nanoseconds(event.time),
      attributes: encodeAttributes(event.attributes),
    })),
    ...(failure !== undefined && { status: { code: FAILED, message: failure } }),
  };
}

/** As text, because no number of JavaScript holds them; of a millisecond, a thousandth is known. */
function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}

function encodeAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: encodeValue(value) }],
  );
}

function encodeValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
