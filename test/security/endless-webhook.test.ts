import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { receiversOf } from '../../src/server/notify/receivers.ts';

test('a receiver that answers without end has its notification, and is not listened to', async (context) => {
  const cut = Promise.withResolvers<number>();
  const endless = createServer((request, response) => {
    request.resume();
    let written = 0;
    const go = () => {
      while (response.write(Buffer.alloc(65_536))) written += 65_536;
    };
    response.on('drain', go).on('close', () => cut.resolve(written));
    go();
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  context.after(() => endless.close());
  const { port } = endless.address() as AddressInfo;
  const settings = { webhook_url: `http://127.0.0.1:${port}/`, command: '', on: 'done' };
  const { all } = receiversOf(settings, { clock: systemClock, processes: systemProcesses });
  const notification = { id: 'x', event: 'done' } as unknown as Parameters<(typeof all)[0]['send']>[0];
  await all[0]?.send(notification, new AbortController().signal);
  const written = await cut.promise;
  assert.ok(written < 64 * 2 ** 20, `${written} bytes were sent`);
});
