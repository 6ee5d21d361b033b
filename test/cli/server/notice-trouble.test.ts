import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransportAnswer } from '../../../src/api/transport.ts';
import { noticeTrouble } from '../../../src/cli/server/notice-trouble.ts';

const answer = (status: number, text = '{}'): TransportAnswer => ({ status, contentType: 'application/json', text });
const FULL = answer(503, '{"detail":"The disk is \\"full\\"."}');

/** A transport whose answers are set by route, and what was told. */
function stage() {
  const answers: Record<string, TransportAnswer | Error> = {};
  const told: string[] = [];
  const transport = noticeTrouble({
    async send({ url }) {
      const next = answers[url.split('?')[0] ?? ''] ?? answer(200);
      if (next instanceof Error) throw next;
      return next;
    },
    async close() {},
  });
  transport.onTrouble((reason) => told.push(reason));
  const send = (url: string, signal?: AbortSignal) =>
    transport.send({ method: 'POST', url, headers: {}, timeout: 1, ...(signal && { signal }) }).catch(() => undefined);
  return { answers, told, send };
}

test('a write that keeps failing is told once, in the words of the server, though reads go on working', async () => {
  const { answers, told, send } = stage();
  answers['/write'] = FULL;
  for (let round = 0; round < 6; round++) {
    await send(`/write?round=${round}`);
    await send('/read');
  }
  assert.deepEqual(told, ['The disk is "full".']);
});

test('a failure or two are nothing to tell', async () => {
  const { answers, told, send } = stage();
  for (let round = 0; round < 5; round++) {
    answers['/write'] = FULL;
    await send('/write');
    await send('/write');
    answers['/write'] = answer(200);
    await send('/write');
  }
  assert.deepEqual(told, []);
});

test('a second time of trouble is told again', async () => {
  const { answers, told, send } = stage();
  for (const reason of [new Error('connection refused'), answer(500, 'no JSON')]) {
    answers['/write'] = reason;
    for (let round = 0; round < 4; round++) await send('/write');
    answers['/write'] = answer(200);
    await send('/write');
  }
  assert.deepEqual(told, ['it does not answer (connection refused)', 'it answers with status 500']);
});

test('requests that we gave up ourselves are no trouble', async () => {
  const { answers, told, send } = stage();
  answers['/feed'] = new Error('aborted');
  for (let round = 0; round < 5; round++) await send('/feed', AbortSignal.abort());
  assert.deepEqual(told, []);
});

test('the envelope of an unforeseen error holds the words too', async () => {
  const { answers, told, send } = stage();
  answers['/write'] = answer(500, '{"error":{"type":"internal","exception_message":"No such table."}}');
  for (let round = 0; round < 3; round++) await send('/write');
  assert.deepEqual(told, ['No such table.']);
});
