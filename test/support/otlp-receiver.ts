/** A receiver of traces (OTLP over HTTP, JSON) inside the test, on loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly events: readonly string[];
  readonly failure: string | undefined;
}

/** `hangs`: takes requests and never answers. */
type Behaviour = 'answers' | 'fails' | 'hangs';

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  requests = 0;
  readonly #server: Server;

  static async start(
    test: { after(action: () => void): void },
    behaviour: Behaviour = 'answers',
  ): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(behaviour);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    test.after(() => {
      receiver.#server.closeAllConnections();
      receiver.#server.close();
    });
    return receiver;
  }

  private constructor(behaviour: Behaviour) {
    this.#server = createServer(async (request, response) => {
      this.requests++;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (behaviour === 'hangs') return;
      if (request.method !== 'POST' || request.url !== '/v1/traces')
        throw new Error(`${request.method} ${request.url}`);
      if (behaviour === 'answers') this.#take(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(behaviour === 'fails' ? 500 : 200, { 'content-type': 'application/json' }).end('{}');
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  named(name: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the shape is what is checked by reading it.
  #take({ resourceSpans }: any): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = attributesOf(resource.attributes)['service.name'] as string;
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          if (!/^[0-9a-f]{32}$/.test(span.traceId) || !/^[0-9a-f]{16}$/.test(span.spanId)) throw new Error('no ids');
          this.spans.push({
            ...{ service, traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parentSpanId },
            ...{ name: span.name, kind: span.kind },
            start: BigInt(span.startTimeUnixNano),
            end: BigInt(span.endTimeUnixNano),
            attributes: attributesOf(span.attributes),
            events: span.events.map(({ name }: { name: string }) => name),
            failure: span.status?.code === 2 ? (span.status.message ?? '') : undefined,
          });
        }
      }
    }
  }
}

interface KeyValue {
  readonly key: string;
  readonly value: { stringValue?: string; intValue?: string; doubleValue?: number; boolValue?: boolean };
}

function attributesOf(list: readonly KeyValue[]): Record<string, string | number | boolean> {
  const read = ({ stringValue, intValue, doubleValue, boolValue }: KeyValue['value']) =>
    stringValue ?? doubleValue ?? boolValue ?? Number(intValue);
  return Object.fromEntries(list.map(({ key, value }) => [key, read(value)]));
}
