import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { Requester } from '../../src/api/requester.ts';
import { type Route, SURFACE_PREFIX } from '../../src/api/route.ts';
import { routes } from '../../src/api/routes.ts';
import { httpTransport } from '../../src/api/transport.ts';
import { injectTransport } from '../../src/server/inject.ts';
import { Served } from './served.ts';

const HASH = '11504138248092083874095041554433472156901327293580349929964584824914043604103';

describe('answers', () => {
  test('success is JSON without escapes of foreign letters, with security headers', async (context) => {
    const served = await Served.open(context);
    const { status, headers, body } = await served.send('POST', '/tool', { name: 'Zürich 日本' });
    assert.equal(status, 200);
    assert.deepEqual(body, { tool: [1, 'Zürich 日本'] });
    assert.match(String(headers['content-type']), /^application\/json/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
  });

  test('a path parameter that is no integer is refused with 422, naming where it stood', async (context) => {
    const served = await Served.open(context);
    for (const text of ['abc', '1.5', '99999999999999999999']) {
      const { status, body } = await served.send('GET', `/workflow/${text}/fetch_workflow_metadata`);
      assert.equal(status, 422, text);
      const [{ type, loc, input }] = body.detail;
      assert.deepEqual({ type, loc, input }, { type: 'int_parsing', loc: ['path', 'workflow_id'], input: text });
    }
    for (const text of ['1.0', '%201%20', '+1']) {
      const { status } = await served.send('GET', `/workflow/${text}/fetch_workflow_metadata`);
      assert.equal(status, 200, text);
    }
  });

  test('every query parameter that is missing or out of bounds is named', async (context) => {
    const served = await Served.open(context);
    const missing = await served.send('GET', '/workflow/get_tasks/1?client_jobmon_version=3.6.0');
    assert.equal(missing.status, 422);
    assert.deepEqual(
      missing.body.detail.map(({ type, loc, input }: Record<string, unknown>) => ({ type, loc, input })),
      [
        { type: 'missing', loc: ['query', 'max_task_id'], input: null },
        { type: 'missing', loc: ['query', 'chunk_size'], input: null },
      ],
    );
    const negative = await served.send('GET', '/workflow/get_tasks/1?max_task_id=0&chunk_size=-1');
    assert.deepEqual(negative.body.detail[0].loc, ['query', 'chunk_size']);
    const listed = await served.send('GET', '/task_status?task_ids=1&task_ids=x');
    assert.deepEqual(listed.body.detail[0].loc, ['query', 'task_ids', 1]);
  });

  test('a body that does not fit gets 400 with the envelope, and names the field at fault', async (context) => {
    const served = await Served.open(context);
    const faults: readonly (readonly [unknown, RegExp])[] = [
      ['', /lacks name/],
      ['{"name"', /not valid JSON/],
      ['[]', /must be a JSON object/],
      ['null', /must be a JSON object/],
      [{}, /lacks name/],
      [{ name: null }, /Field name .* must be string, not null/],
      [{ name: 'n'.repeat(256) }, /Field name .* more than 255 characters/],
    ];
    for (const [sent, message] of faults) {
      const { status, headers, body } = await served.send('POST', '/tool', sent);
      assert.equal(status, 400);
      assert.match(String(headers['content-type']), /^application\/custom\+json/);
      assert.deepEqual(Object.keys(body.error), ['type', 'exception_message', 'status_code']);
      assert.equal(body.error.status_code, '400');
      assert.match(body.error.exception_message, message);
    }
    const tasks = { a: [1, HASH, 1, 1, 'name', 'true', 'many', false, {}, []] };
    const deep = await served.send('PUT', '/task/bind_tasks_no_args', { workflow_id: 1, tasks, mark_created: true });
    assert.match(deep.body.error.exception_message, /Field tasks\.a\.6 .* must be integer, not "many"/);
    assert.equal(
      await served.database.read(async ({ db }) => (await db.selectFrom('tool').selectAll().execute()).length),
      0,
    );
  });

  test('a body that is nested too deeply to be walked through is refused, whichever field it is in', async (context) => {
    const served = await Served.open(context);
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    const ask = (levels: number) => {
      const resources = `{"queue_id":1,"task_resources_type_id":"O","requested_resources":{"deep":${nested(levels)}}}`;
      return served.send('POST', '/task/bind_resources', resources);
    };
    for (const reply of [
      await ask(100_000),
      await ask(99),
      await served.send('POST', '/tool', `{"name":${nested(100_000)}}`),
    ]) {
      assert.equal(reply.status, 400);
      assert.match(reply.body.error.exception_message, /nested more than 100 levels/);
    }
    assert.equal((await ask(98)).status, 200);
  });

  test('a number beyond the exact integers is refused where an integer is due', async (context) => {
    const served = await Served.open(context);
    const attempts = `{"a":[1,"1",1,1,"name","true",1e300,false,{},[]]}`;
    const faults = [
      ['PUT', '/task/bind_tasks_no_args', `{"workflow_id":1,"mark_created":true,"tasks":${attempts}}`, /tasks\.a\.6/],
      ['POST', '/dag', '{"dag_hash":1e70}', /dag_hash/],
    ] as const;
    for (const [method, url, body, field] of faults) {
      const reply = await served.send(method, url, body);
      assert.equal(reply.status, 400, url);
      assert.match(reply.body.error.exception_message, field);
    }
  });

  test('the values of a map are checked whatever their keys are', async (context) => {
    const served = await Served.open(context);
    for (const key of ['', '\n', '\u2028', '__proto__', 'a\r\nb', '1']) {
      const tasks = `{${JSON.stringify(key)}:[1,"1",1,1,"name",null,3,false,{},[]]}`;
      const sent = `{"workflow_id":1,"mark_created":true,"tasks":${tasks}}`;
      const reply = await served.send('PUT', '/task/bind_tasks_no_args', sent);
      assert.equal(reply.status, 400, JSON.stringify(key));
    }
  });

  test('half a character becomes the replacement character, in names and in the output of commands', async (context) => {
    const served = await Served.open(context);
    const sent = '{"workflow_attributes":{"\\udcff":"a\\ud83dz","\\\\udcff":"\\ud83d\\ude00\\u00e9"}}';
    assert.equal((await served.send('PUT', '/workflow/1/workflow_attributes', sent)).status, 200);
    const stored = await served.database.read(({ db }) =>
      db
        .selectFrom('workflow_attribute as attribute')
        .innerJoin('workflow_attribute_type as type', 'type.id', 'attribute.workflow_attribute_type_id')
        .select(['type.name', 'attribute.value'])
        .orderBy('type.name')
        .execute(),
    );
    assert.deepEqual(
      stored.map(({ name, value }) => [name, value]),
      [
        ['\\udcff', '\u{1f600}é'],
        ['\ufffd', 'a\ufffdz'],
      ],
    );
  });

  test('a body that is too large gets 413, at the limit that is configured', async (context) => {
    const served = await Served.open(context, { overrides: { server: { body_limit: 1000 } } });
    assert.equal((await served.send('POST', '/tool', { name: 'x', rest: 'y'.repeat(1000) })).status, 413);
    assert.equal((await served.send('POST', '/tool', { name: 'x', rest: 'y'.repeat(900) })).status, 200);
  });

  test('the body is read whatever the content type says, and loses what old peers put beside the message', async (context) => {
    const served = await Served.open(context);
    const payload = JSON.stringify({ name: 'x', server_structlog_context: { workflow_id: 1 } });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', undefined]) {
      const headers = { authorization: 'Bearer secret', ...(type === undefined ? {} : { 'content-type': type }) };
      const { status } = await served.inject({ method: 'POST', url: '/api/v3/tool', headers, payload });
      assert.equal(status, 200, type);
    }
    // This body is a map of ids: the context must not be taken for one of them.
    const map = { server_structlog_context: { workflow_id: 1 } };
    assert.deepEqual(await served.ask('POST', '/array/1/log_distributor_id', map), { success: true });
  });

  test('hashes of 78 digits keep every digit, as numbers and as text', async (context) => {
    const served = await Served.open(context);
    const asNumber = await served.ask('POST', '/dag', `{"dag_hash": ${HASH}}`);
    const asText = await served.ask('POST', '/dag', { dag_hash: HASH });
    const other = await served.ask('POST', '/dag', `{"dag_hash": ${HASH.slice(0, -1)}4}`);
    assert.equal(asNumber.dag_id, asText.dag_id);
    assert.notEqual(asNumber.dag_id, other.dag_id);
    const stored = await served.database.read(({ db }) => db.selectFrom('dag').select('hash').orderBy('id').execute());
    assert.equal(stored[0]?.hash, HASH);
  });

  test('a context header that is no object is ignored', async (context) => {
    const served = await Served.open(context);
    for (const value of ['[1]', '5', 'null', '{bad', '"text"']) {
      const headers = { authorization: 'Bearer secret', 'x-server-structlog-context': value };
      const { status } = await served.inject({ method: 'GET', url: '/api/v3/time', headers });
      assert.equal(status, 200, value);
    }
  });

  test('an unforeseen error is 500 with the envelope', async (context) => {
    const served = await Served.open(context);
    const { status, headers, body } = await served.send('GET', '/test_bad');
    assert.equal(status, 500);
    assert.match(String(headers['content-type']), /^application\/custom\+json/);
    assert.equal(body.error.status_code, '500');
  });

  test('a database that is gone is 503 with a detail, which peers try again', async (context) => {
    const served = await Served.open(context);
    await served.database.close();
    const { status, body } = await served.send('POST', '/tool', { name: 'x' });
    assert.equal(status, 503);
    assert.match(body.detail, /not available/);
  });
});

describe('requests that match no route', () => {
  test('unknown paths get 404, known ones with another method 405 and what is allowed', async (context) => {
    const served = await Served.open(context);
    const unknown = await served.inject({ method: 'GET', url: '/time', headers: { authorization: 'Bearer secret' } });
    assert.deepEqual([unknown.status, unknown.body], [404, { detail: 'Not Found' }]);
    const wrong = await served.send('GET', '/dag');
    assert.deepEqual([wrong.status, wrong.headers.allow, wrong.body], [405, 'POST', { detail: 'Method Not Allowed' }]);
    const both = await served.send('PUT', '/workflow/5');
    assert.deepEqual([both.status, both.headers.allow], [405, 'GET']);
  });

  test('a slash too many or too few is redirected to the absolute address, with the query', async (context) => {
    const served = await Served.open(context);
    const few = await served.send('GET', '');
    assert.deepEqual([few.status, few.headers.location, few.body], [307, 'http://localhost:80/api/v3/', '']);
    const many = await served.send('GET', '/time/?a=1');
    assert.equal(many.headers.location, 'http://localhost:80/api/v3/time?a=1');
    const prefixed = await served.inject({ method: 'GET', url: '/t/secret/api/v3/time/' });
    assert.equal(prefixed.headers.location, 'http://localhost:80/t/secret/api/v3/time');
    const escaped = await served.inject({ method: 'GET', url: '/t/secret/api%2Fv3%2Ftime/' });
    assert.equal(escaped.headers.location, 'http://localhost:80/t/secret/api/v3/time');
  });

  test('an escaped slash separates; a malformed escape is refused', async (context) => {
    const served = await Served.open(context);
    assert.equal((await served.send('GET', '/cluster/a%2Fb')).status, 404);
    assert.equal((await served.send('GET', '/cluster/a%20b')).status, 200);
    assert.equal((await served.send('GET', '/cluster/%zz')).status, 400);
  });
});

describe('the surface', () => {
  test('OpenAPI describes every route, and every route is there', async (context) => {
    const served = await Served.open(context);
    const headers = { authorization: 'Bearer secret' };
    const { body } = await served.inject({ method: 'GET', url: '/api/openapi.json', headers });
    const operations = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    assert.deepEqual(operations.sort(), Object.keys(routes).sort());
    for (const { surface, method, path } of Object.values<Route>(routes)) {
      const url = `${SURFACE_PREFIX[surface]}${path.replace(/\{\w+\}/g, '1')}`;
      const { status, body: answer } = await served.inject({ method, url, headers, payload: '[]' });
      assert.ok(status !== 405 && JSON.stringify(answer) !== '{"detail":"Not Found"}', `${method} ${url}: ${status}`);
    }
  });

  test('OpenAPI writes tuples as its version of JSON Schema does', async (context) => {
    const served = await Served.open(context);
    const { body } = await served.inject({ url: '/api/openapi.json', headers: { authorization: 'Bearer secret' } });
    const { schema } = body.paths['/api/v3/tool'].post.responses[200].content['application/json'];
    const { prefixItems, items, additionalItems } = schema.properties.tool;
    assert.deepEqual(
      [prefixItems.length, prefixItems[1], items, additionalItems],
      [2, { type: 'string' }, false, undefined],
    );
    assert.doesNotMatch(JSON.stringify(body), /"items":\[|additionalItems/);
  });

  test('without extensions, only the compatible routes answer', async (context) => {
    const served = await Served.open(context, { overrides: { server: { extensions: false } } });
    const headers = { authorization: 'Bearer secret' };
    const { status, body } = await served.inject({ method: 'GET', url: '/api/skep/capabilities', headers });
    assert.deepEqual([status, body], [404, { detail: 'Not Found' }]);
    assert.equal((await served.send('GET', '/time')).status, 200);
  });

  test('the requester speaks to it, inside the process and over HTTP', async (context) => {
    const served = await Served.open(context);
    const origin = await served.server.app.listen({ host: '127.0.0.1', port: 0 });
    const overHttp = httpTransport(origin);
    for (const transport of [overHttp, injectTransport(served.server.app)]) {
      const requester = new Requester({ transport, token: 'secret' });
      const { tool } = await requester.call(routes.addTool, { body: { name: 'one' } });
      assert.deepEqual(tool, [1, 'one']);
      const capabilities = await requester.call(routes.getCapabilities, {});
      assert.equal(capabilities.database_id, served.database.databaseId);
      await assert.rejects(requester.call(routes.getArrayConcurrency, { params: { array_id: 9 } }), {
        code: 'not_found',
      });
    }
    await overHttp.close();
  });

  test('a waiting request ends when its client leaves', { timeout: 120_000 }, async (context) => {
    const served = await Served.open(context);
    const origin = await served.server.app.listen({ host: '127.0.0.1', port: 0 });
    const { path, body } = await waitingRequest(served);
    const waits = watchWaits(served);
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const sent = request(`${origin}${path}`, { method: 'POST', headers });
    sent.once('error', () => {}); // It is cut on purpose.
    sent.end(body);
    const { ended } = await waits.next();
    sent.destroy();
    await ended;
  });

  test('a waiting request is answered when the server closes', { timeout: 120_000 }, async (context) => {
    const served = await Served.open(context);
    const { path, body } = await waitingRequest(served);
    const waits = watchWaits(served);
    const headers = { authorization: 'Bearer secret' };
    const answer = served.inject({ method: 'POST', url: path, headers, payload: body });
    await waits.next();
    await served.server.close();
    assert.equal((await answer).status, 200);
  });

  test('a request that comes while the server closes does not wait', { timeout: 120_000 }, async (context) => {
    const served = await Served.open(context);
    const { path, body } = await waitingRequest(served);
    const headers = { authorization: 'Bearer secret' };
    const answer = served.inject({ method: 'POST', url: path, headers, payload: body });
    await served.server.close();
    assert.ok([200, 503].includes((await answer).status));
  });
});

/** Tells when a request starts to wait for the feed, and when that wait ends. */
function watchWaits(served: Served): { next(): Promise<{ ended: Promise<void> }> } {
  const { feed } = served.server.services;
  const wait = feed.wait.bind(feed);
  const started = Promise.withResolvers<{ ended: Promise<void> }>();
  feed.wait = (topics, seconds, signal) => {
    const ended = wait(topics, seconds, signal);
    started.resolve({ ended });
    return ended;
  };
  return { next: () => started.promise };
}

/** A request for changes of a run that has none. */
async function waitingRequest(served: Served): Promise<{ path: string; body: string }> {
  const { runId } = await bindEmptyWorkflow(served);
  const path = `/api/skep/workflow_run/${runId}/task_instance_changes`;
  return { path, body: JSON.stringify({ cursor: await cursorOf(served, runId), wait_seconds: 60 }) };
}

async function bindEmptyWorkflow(served: Served): Promise<{ runId: number }> {
  const { workflow_id } = await served.ask('POST', '/workflow', {
    tool_version_id: 1,
    dag_id: 1,
    workflow_args_hash: '1',
    task_hash: '1',
    description: '',
    name: '',
    workflow_args: '',
    max_concurrently_running: 1,
    workflow_attributes: {},
  });
  await served.ask('PUT', '/task/bind_tasks_no_args', { workflow_id, tasks: {}, mark_created: true });
  const run = { workflow_id, user: 'u', jobmon_version: '3.6.0', next_report_increment: 90 };
  const { workflow_run_id } = await served.ask('POST', '/workflow_run', run);
  return { runId: workflow_run_id };
}

async function cursorOf(served: Served, runId: number): Promise<number> {
  const { body } = await served.inject({
    method: 'POST',
    url: `/api/skep/workflow_run/${runId}/task_instance_changes`,
    headers: { authorization: 'Bearer secret' },
    payload: JSON.stringify({ cursor: 0, wait_seconds: 0 }),
  });
  return body.cursor;
}
