import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Served } from '../served.ts';

test('answers of 1000 bytes and more are compressed for those who accept it', async (context) => {
  const served = await Served.open(context);
  const read = async (encoding: string | undefined, url = '/api/openapi.json') => {
    const headers = { authorization: 'Bearer secret', ...(encoding !== undefined && { 'accept-encoding': encoding }) };
    return served.server.app.inject({ method: 'GET', url, headers });
  };
  const plain = await read(undefined);
  for (const encoding of ['gzip', 'br, GZIP;q=0.5', '*', 'deflate;q=1, *;q=0.1']) {
    const { headers, rawPayload, statusCode } = await read(encoding);
    assert.deepEqual(
      [statusCode, headers['content-encoding'], headers.vary],
      [200, 'gzip', 'accept-encoding'],
      encoding,
    );
    assert.equal(Number(headers['content-length']), rawPayload.length);
    assert.ok(rawPayload.length < plain.rawPayload.length / 3);
    assert.equal(gunzipSync(rawPayload).toString(), plain.payload);
    assert.match(String(headers['content-type']), /^application\/json/);
  }
  for (const encoding of ['', 'br', 'gzip;q=0', 'gzip;q=0, *', 'gzip;q=none', 'identity']) {
    const { headers, payload } = await read(encoding);
    assert.deepEqual([headers['content-encoding'], payload], [undefined, plain.payload], encoding);
  }
  assert.equal((await read('gzip', '/api/v3/health')).headers['content-encoding'], undefined);
});

test('the size is counted in bytes', async (context) => {
  const served = await Served.open(context);
  const name = '本'.repeat(250);
  for (const [suffix, compressed] of [
    ['', false],
    ['本'.repeat(110), true],
  ] as const) {
    const workflow_args = `${name}${suffix}`;
    await served.database.write(({ db, now }) =>
      db
        .insertInto('workflow')
        .values({
          ...{ dag_id: 1, workflow_args_hash: suffix, task_hash: '1', workflow_args },
          ...{ max_concurrently_running: 1, status_date: now },
        })
        .execute(),
    );
    const headers = { authorization: 'Bearer secret', 'accept-encoding': 'gzip' };
    const url = `/api/v3/workflow/${compressed ? 2 : 1}/workflow_name_and_args`;
    const answer = await served.server.app.inject({ method: 'GET', url, headers });
    assert.equal(answer.headers['content-encoding'], compressed ? 'gzip' : undefined);
  }
});
