import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OtlpExporter } from '../../../src/api/tracing/exporter.ts';
import type { FinishedSpan } from '../../../src/api/tracing/otlp.ts';
import type { Transport, TransportAnswer } from '../../../src/api/transport.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLog } from '../../../src/core/log.ts';

const SPAN: FinishedSpan = {
  ...{ name: 'n', kind: 'internal', parent: undefined, start: 1_700_000_000_000.25, end: 1_700_000_000_001 },
  ...{ attributes: { count: 3, share: 0.5, label: 'x', is: true, none: undefined }, events: [], failure: undefined },
  context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), isSampled: true },
};

/** A clock whose timers wait until they are told to fire. */
function stage(answer: () => Promise<TransportAnswer>) {
  const bodies: { spans: { name: string }[] }[] = [];
  const timers = new Map<number, { readonly milliseconds: number; readonly action: () => void }>();
  let timerNumber = 0;
  const transport: Transport = {
    async send({ body }) {
      bodies.push(JSON.parse(String(body)).resourceSpans[0].scopeSpans[0]);
      return answer();
    },
    async close() {},
  };
  const clock = {
    ...systemClock,
    after(milliseconds: number, action: () => void) {
      const number = ++timerNumber;
      timers.set(number, { milliseconds, action });
      return () => timers.delete(number);
    },
  };
  const fire = async () => {
    const [[number, timer] = []] = timers;
    timers.delete(number ?? 0);
    timer?.action();
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    return timer?.milliseconds;
  };
  const exporter = new OtlpExporter({ transport, path: '/v1/traces', resource: {}, clock, log: silentLog });
  return { exporter, bodies, fire, timers };
}

const OK: TransportAnswer = { status: 200, contentType: '', text: '' };

test('spans go out in batches, and as OTLP writes them', async () => {
  const { exporter, bodies, fire } = stage(async () => OK);
  for (let count = 0; count < 600; count++) exporter.add(SPAN);
  assert.equal(bodies.length, 0);
  await fire();
  await fire();
  assert.deepEqual(
    bodies.map(({ spans }) => spans.length),
    [512, 88],
  );
  assert.deepEqual(bodies[1]?.spans[0], {
    ...{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'n', kind: 1, events: [] },
    ...{ startTimeUnixNano: '1700000000000250000', endTimeUnixNano: '1700000000001000000' },
    attributes: [
      { key: 'count', value: { intValue: '3' } },
      { key: 'share', value: { doubleValue: 0.5 } },
      { key: 'label', value: { stringValue: 'x' } },
      { key: 'is', value: { boolValue: true } },
    ],
  });
  assert.equal(exporter.dropped, 0);
});

test('while the receiver fails, pauses grow, memory does not, and the end waits for nothing', async () => {
  const { exporter, bodies, fire } = stage(async () => ({ ...OK, status: 500 }));
  for (let count = 0; count < 10_000; count++) exporter.add(SPAN);
  assert.equal(exporter.dropped, 10_000 - 4096);
  assert.equal(await fire(), 1000);
  assert.equal(await fire(), 2000);
  assert.equal(await fire(), 4000);
  assert.equal(exporter.dropped, 10_000 - 4096 + 3 * 512);
  await exporter.close();
  assert.equal(bodies.length, 3, 'no attempt at the end');
});

test('the end sends what is left, and waits for a silent receiver for a moment only', async () => {
  const answering = stage(async () => OK);
  for (let count = 0; count < 600; count++) answering.exporter.add(SPAN);
  await answering.exporter.close();
  assert.equal(answering.bodies.length, 2);
  const silent = stage(() => new Promise(() => {}));
  silent.exporter.add(SPAN);
  const started = performance.now();
  await silent.exporter.close();
  assert.ok(performance.now() - started < 5000);
  silent.exporter.add(SPAN);
  assert.equal(silent.timers.size, 0, 'nothing more is planned');
});
