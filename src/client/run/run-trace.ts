import type { Requester } from '../../api/requester.ts';
import type { Attributes } from '../../api/tracing/otlp.ts';
import type { Span, Tracer } from '../../api/tracing/tracer.ts';

/** How a run is followed through its processes. */
export interface RunTrace {
  readonly tracer: Tracer;
  /** Of the whole run, which its caller ends. */
  readonly span: Span;
}

/**
 * Runs one phase of a run as a span, with its requests below it; without a trace, just the work. How many requests of each
 * kind it took says in how many chunks something was sent.
 */
export function inPhase<Value>(
  name: string,
  { trace, requester }: { readonly trace?: RunTrace | undefined; readonly requester: Requester },
  attributes: Attributes,
  work: () => Promise<Value>,
): Promise<Value> {
  if (trace === undefined) return work();
  const { tracer, span: run } = trace;
  return tracer.within(name, { parent: run.context, attributes }, async (span) => {
    const requests = tracer.requestsBelow(span.context);
    requester.trace = requests;
    try {
      return await work();
    } finally {
      requester.trace = tracer.requestsBelow(run.context);
      const counts = Array.from(requests.counts, ([label, count]) => [`skep.requests.${label}`, count]);
      span.set(Object.fromEntries(counts) as Attributes);
    }
  });
}
