/** Recorded lives of runs, sent again: a new run that retries, one that fails, and its resume. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseJson } from '../../src/api/json.ts';
import { Served } from './served.ts';

interface Exchange {
  readonly seq: number;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly request: string;
  readonly status: number;
  readonly response: string;
}

const RECORDINGS = ['1-run-done.jsonl', '2-run-fails.jsonl', '3-run-resumes.jsonl'];
const directory = join(import.meta.dirname, '..', '..', '..', 'shared', 'wire');
const skip = existsSync(directory) ? false : `no recordings at ${directory}`;

/**
 * Polls tell what changed since the last one, which depends on how fast the requests follow each other; `time` is of the
 * clock. What these answers lead to is in all the others.
 */
const DEPENDS_ON_THE_MOMENT = /sync_status|task_status_updates|\/time\b/;

test('three recorded runs get the same answers again', { skip }, async (context) => {
  const served = await Served.open(context);
  let compared = 0;
  for (const file of RECORDINGS) {
    for (const { seq, method, url, request, status, response } of read(join(directory, file))) {
      const reply = await served.send(method, url.replace(/^\/api\/v3/, ''), method === 'GET' ? undefined : request);
      const exchange = `${file} ${seq}: ${method} ${url} ${request}`;
      assert.equal(reply.status, status, exchange);
      if (DEPENDS_ON_THE_MOMENT.test(url)) continue;
      assert.deepEqual(comparable(url, reply.body), comparable(url, parseJson(response)), exchange);
      compared++;
    }
  }
  assert.ok(compared > 300);
});

function read(path: string): Exchange[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Exchange).sort((a, b) => a.seq - b.seq);
}

/** What must agree: everything but free text, dates, and what we send beyond the recording. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
function comparable(url: string, body: any): unknown {
  if (body?.task_instance_batches) {
    return body.task_instance_batches.map((batch: unknown[]) => batch.slice(0, 5));
  }
  if (typeof body === 'object' && body !== null) {
    if ('message' in body) return { message: typeof body.message };
    if ('created_date' in body) return { ...body, created_date: body.created_date === null };
    if ('task_templates' in body) return body.task_templates.toSorted((a: [number], b: [number]) => a[0] - b[0]);
    if ('cluster' in body) return body.cluster?.slice(0, 3);
  }
  return /report_by/.test(url) ? {} : body;
}
