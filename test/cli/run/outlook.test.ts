import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Requester } from '../../../src/api/requester.ts';
import { httpTransport, type Transport } from '../../../src/api/transport.ts';
import { createOutlook, type Outlook } from '../../../src/cli/run/outlook.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { Served } from '../../server/served.ts';
import { withoutExtensions } from '../../support/without-extensions.ts';

/** Asks a real server for a workflow that it has; its routes are noted. */
async function scene(context: TestContext, around: (transport: Transport) => Transport = (transport) => transport) {
  const served = await Served.open(context);
  const url = await served.server.app.listen({ host: '127.0.0.1', port: 0 });
  const requests: string[] = [];
  const transport = around(httpTransport(url));
  const noted: Transport = {
    ...transport,
    close: () => transport.close(),
    send(request) {
      requests.push(new URL(request.url, url).pathname);
      return transport.send(request);
    },
  };
  const requester = new Requester({ transport: noted, token: 'secret' });
  context.after(() => requester.close());
  const time = { now: 0 };
  const told: (Outlook | undefined)[] = [];
  const clock = { ...systemClock, monotonic: () => time.now };
  const ask = createOutlook({ requester, clock, onTold: (outlook) => told.push(outlook) });
  return { served, requests, told, time, ask };
}

test('it asks no more often than every other second, and one question at a time', async (context) => {
  const { requests, time, ask, told } = await scene(context);
  const questions = () => requests.filter((path) => path.endsWith('/progress')).length;
  await Promise.all([ask(1), ask(1), ask(1)]);
  assert.equal(questions(), 1);
  time.now += 1999;
  await ask(1);
  assert.equal(questions(), 1);
  time.now += 1;
  await ask(1);
  assert.equal(questions(), 2);
  assert.deepEqual(told, [undefined, undefined], 'there is no such workflow, which ends nothing');
});

test('a server without extensions is not asked', async (context) => {
  const { requests, time, ask, told } = await scene(context, withoutExtensions);
  await ask(1);
  time.now += 10_000;
  await ask(1);
  assert.deepEqual(
    requests.filter((path) => path.endsWith('/progress')),
    [],
  );
  assert.deepEqual(told, []);
});
