import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import type { ConfigOverrides } from '../../../src/core/config.ts';
import { METRICS } from '../../../src/server/metrics/table.ts';
import { type Family, parseExposition, valueIn } from '../../support/exposition.ts';
import { Served } from '../served.ts';

const TOKEN = { authorization: 'Bearer secret' };

async function scrape(served: Served): Promise<Map<string, Family>> {
  const { status, body, headers } = await served.inject({ method: 'GET', url: '/metrics', headers: TOKEN });
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(body);
}

/** A scrape that has the counts by status: the first may come without them. */
async function scrapeCounts(served: Served): Promise<Map<string, Family>> {
  for (let look = 0; look < 500; look++) {
    const families = await scrape(served);
    if (valueIn(families, 'skep_counts_age_seconds') !== undefined) return families;
    await systemClock.sleep(10);
  }
  throw new Error('the counts never came');
}

async function measured(context: TestContext, overrides: ConfigOverrides = {}): Promise<Served> {
  const served = await Served.open(context, { overrides });
  await served.server.measure();
  return served;
}

const seriesIn = (families: ReadonlyMap<string, Family>) =>
  [...families.values()].reduce((sum, { name, samples }) => sum + (name.startsWith('skep_') ? samples.length : 0), 0);

describe('the metrics', () => {
  test('are every one of the table, and those of the process', async (context) => {
    const families = await scrape(await measured(context));
    for (const { name, kind, meaning } of Object.values(METRICS)) {
      assert.deepEqual(
        { kind: families.get(name)?.kind, help: families.get(name)?.help },
        { kind, help: meaning },
        name,
      );
    }
    assert.ok((valueIn(families, 'process_resident_memory_bytes') ?? 0) > 1e7);
    assert.notEqual(valueIn(families, 'nodejs_eventloop_lag_p99_seconds'), undefined);
  });

  test('count requests by the name of their route, errors by code, and commits', async (context) => {
    const served = await measured(context);
    await served.ask('GET', '/time');
    await served.ask('GET', '/time');
    await served.ask('POST', '/tool', { name: 'a' });
    assert.equal((await served.send('POST', '/tool', { name: 7 })).status, 400);
    assert.equal((await served.send('GET', '/test_bad')).status, 500);
    assert.equal((await served.inject({ method: 'GET', url: '/api/v3/time' })).status, 401);
    const families = await scrape(served);
    const requests = (route: string, status_class: string) =>
      valueIn(families, 'skep_http_request_duration_seconds_count', { route, status_class });
    assert.equal(requests('getTime', '2xx'), 2);
    assert.equal(requests('getTime', '4xx'), 1);
    assert.equal(requests('addTool', '2xx'), 1);
    assert.equal(requests('addTool', '4xx'), 1);
    assert.equal(requests('getTestBad', '5xx'), 1);
    assert.equal(valueIn(families, 'skep_http_errors_total', { code: 'invalid_usage' }), 1);
    assert.equal(valueIn(families, 'skep_http_errors_total', { code: 'http_401' }), 1);
    assert.equal(valueIn(families, 'skep_http_errors_total', { code: 'internal' }), 1);
    assert.equal(valueIn(families, 'skep_database_commit_duration_seconds_count'), 1);
    assert.equal(valueIn(families, 'skep_database_writes_total'), 1);
    assert.equal(valueIn(families, 'skep_http_requests_in_flight', { kind: 'working' }), 1, 'the scrape itself');
  });

  test('keep requests that wait for news apart', async (context) => {
    const served = await measured(context);
    const over = new AbortController();
    const headers = { ...TOKEN, 'content-type': 'application/json' };
    const { url } = await listening(served);
    const waiting = fetch(`${url}/api/skep/task_instance/output`, {
      ...{ method: 'POST', headers, signal: over.signal },
      body: JSON.stringify({ nodename: 'n', process_group_id: 1, wait_seconds: 60, task_instances: [] }),
    }).catch(() => {});
    const inFlight = async () => valueIn(await scrape(served), 'skep_http_requests_in_flight', { kind: 'waiting' });
    for (let look = 0; look < 500 && (await inFlight()) !== 1; look++) await systemClock.sleep(10);
    assert.equal(await inFlight(), 1);
    over.abort();
    await waiting;
    for (let look = 0; look < 500 && (await inFlight()) !== 0; look++) await systemClock.sleep(10);
    const families = await scrape(served);
    assert.equal(families.get('skep_http_wait_duration_seconds')?.samples.at(-1)?.value, 1);
  });

  test('count by status what there is', async (context) => {
    const served = await measured(context);
    await served.database.write(async ({ db, now }) => {
      const run = { created_date: now, status_date: now, heartbeat_date: now, workflow_id: 1 };
      const runs = ['G', 'R', '?'].map((status) => ({ ...run, status }));
      await db
        .insertInto('workflow_run')
        .values(runs as never)
        .execute();
      const task = { workflow_id: 1, task_args_hash: '1', name: 't', command: 't', max_attempts: 1, status_date: now };
      const tasks = Array.from({ length: 5 }, (_, index) => ({
        ...task,
        node_id: index,
        status: index < 2 ? 'D' : 'F',
      }));
      await db
        .insertInto('task')
        .values(tasks as never)
        .execute();
    });
    const families = await scrapeCounts(served);
    assert.equal(valueIn(families, 'skep_workflow_runs', { status: 'REGISTERED' }), 1);
    assert.equal(valueIn(families, 'skep_workflow_runs', { status: 'RUNNING' }), 1);
    assert.equal(valueIn(families, 'skep_workflow_runs', { status: 'DONE' }), 0);
    assert.equal(valueIn(families, 'skep_workflow_runs', { status: 'other' }), 1);
    assert.equal(valueIn(families, 'skep_tasks', { status: 'DONE' }), 2);
    assert.equal(valueIn(families, 'skep_tasks', { status: 'ERROR_FATAL' }), 3);
    assert.equal(valueIn(families, 'skep_task_instances', { status: 'RUNNING' }), 0);
    assert.ok((valueIn(families, 'skep_database_size_bytes') ?? 0) > 10_000);
  });

  test('come without the counts while the database has no time for them', async (context) => {
    const served = await measured(context);
    const gate = Promise.withResolvers<void>();
    const readers = Array.from({ length: 8 }, () => served.database.read(() => gate.promise));
    const busy = await scrape(served);
    assert.equal(valueIn(busy, 'skep_tasks', { status: 'DONE' }), undefined);
    assert.equal(valueIn(busy, 'skep_database_size_bytes'), undefined);
    assert.ok((valueIn(busy, 'skep_database_read_connections', { pool: 'reads', state: 'used' }) ?? 0) >= 4);
    gate.resolve();
    await Promise.all(readers);
    assert.equal(valueIn(await scrapeCounts(served), 'skep_tasks', { status: 'DONE' }), 0);
  });

  test('have no more series for whatever is asked', async (context) => {
    const served = await measured(context);
    const ask = async (round: string) => {
      for (const url of [
        '/api/v3/task/N',
        '/nothing/N',
        '/assets/N.js',
        '/workflow/N',
        '/api/v3/array/N/x',
        '/t/N/api/v3/time',
      ]) {
        await served.inject({ method: 'GET', url: url.replace('N', round), headers: TOKEN });
        await served.inject({ method: 'PATCH' as never, url: url.replace('N', round), headers: TOKEN });
      }
      await served.inject({ method: 'GET', url: `/%${round}`, headers: TOKEN });
    };
    await ask('1');
    await scrapeCounts(served);
    const before = seriesIn(await scrape(served));
    for (let round = 2; round < 40; round++) await ask(String(round));
    const families = await scrape(served);
    assert.equal(seriesIn(families), before);
    const text = JSON.stringify([...families.values()]);
    assert.doesNotMatch(text, /nothing|\/assets|secret/);
  });
});

describe('who may read them', () => {
  test('needs the token', async (context) => {
    const served = await Served.open(context);
    assert.equal((await served.inject({ method: 'GET', url: '/metrics' })).status, 401);
    assert.equal((await served.inject({ method: 'GET', url: '/t/secret/metrics' })).status, 200);
  });

  test('or everybody, where that is wanted', async (context) => {
    const served = await Served.open(context, { overrides: { telemetry: { metrics_open: true } } });
    assert.equal((await served.inject({ method: 'GET', url: '/metrics' })).status, 200);
  });

  test('or nobody', async (context) => {
    const served = await measured(context, { telemetry: { metrics: false, metrics_open: true } });
    assert.equal((await served.inject({ method: 'GET', url: '/metrics', headers: TOKEN })).status, 404);
  });
});

async function listening(served: Served): Promise<{ url: string }> {
  return { url: await served.server.app.listen({ host: '127.0.0.1', port: 0 }) };
}
