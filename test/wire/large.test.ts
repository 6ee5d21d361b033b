/** The largest requests over a socket: an answer or 413, and a server that goes on. How long it takes is in `bench/`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpTransport } from '../../src/api/transport.ts';
import { Served } from '../server/served.ts';
import { populate } from './fuzz/populated.ts';

const LIMIT = 64 * 1024 * 1024;
const ids = Array.from({ length: 100_000 }, (_, index) => index + 1);

/** `[body, statuses that may answer it]` */
const BODIES: Readonly<Record<string, readonly [string | object, readonly number[]]>> = {
  'a text as long as the body may be': [`{"status":"${'x'.repeat(LIMIT - 13)}"}`, [400]],
  'as many ids as the body may hold': [`{"status":"O","task_instance_ids":[${'1234567,'.repeat(8e6)}1]}`, [413]],
  'one byte more than the body may have': [`{"status":"${'x'.repeat(LIMIT - 12)}"}`, [413]],
  'a hundred thousand ids': [{ status: 'O', task_instance_ids: ids }, [200]],
  'a hundred thousand ids as text': [{ status: 'O', task_instance_ids: ids.map(String) }, [200]],
};

for (const [name, [body, statuses]] of Object.entries(BODIES)) {
  test(`${name}: an answer, and the server goes on`, async (context) => {
    const served = await Served.open(context);
    await populate(served);
    const origin = await served.server.app.listen({ host: '127.0.0.1', port: 0 });
    const transport = httpTransport(origin);
    context.after(() => transport.close());
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const url = '/api/v3/workflow_run/1/sync_status';
    const large = transport.send({ method: 'POST', url, headers, body: bytes, timeout: 120 }).then(
      ({ status }) => status,
      // A body that is announced as too large is not read to its end.
      (error: NodeJS.ErrnoException) =>
        ['EPIPE', 'ECONNRESET'].includes(error.code ?? '') ? 413 : Promise.reject(error),
    );
    const beside = await transport.send({ method: 'GET', url: '/api/v3/health', headers: {}, timeout: 120 });
    assert.deepEqual(JSON.parse(beside.text), { status: 'OK' });
    assert.ok(statuses.includes(await large), `status ${await large}`);
    assert.deepEqual(await served.ask('GET', '/api_version'), { status: 'v3' });
  });
}
