/** Every route, asked by everybody: who is let through is what the route declares, and who is not changes nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { SubjectKind } from '../../../src/api/access.ts';
import { accessSubjects } from '../../../src/api/access.ts';
import { type Route, SURFACE_PREFIX } from '../../../src/api/route.ts';
import { routes } from '../../../src/api/routes.ts';
import { namedIds } from '../../../src/server/access/subjects.ts';
import { populate } from '../../wire/fuzz/populated.ts';
import { fitting } from '../../wire/fuzz/values.ts';
import { Served } from '../served.ts';
import { everything, makeToken } from './people.ts';

type Request = {
  readonly params: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly body: unknown;
};
type Verdict = 'unknown' | 'denied' | 'admitted';

/** How many of each kind `populate` makes, all of them bee's. */
const EXISTING: Readonly<Record<SubjectKind, number>> = {
  workflow: 3,
  workflow_run: 3,
  array: 6,
  task: 21,
  task_instance: 18,
};

const STRANGERS = ['no token', 'malformed token', 'expired token', 'revoked token'];

/** What the table says of each of them. */
function expected(route: Route, who: string): Verdict {
  if (route.access === 'open') return 'admitted';
  if (STRANGERS.includes(who)) return 'unknown';
  if (route.access === 'read' || who === 'admin' || who === 'server') return 'admitted';
  if (who === 'reader') return 'denied';
  if (route.access === 'contribute') return 'admitted';
  if (route.access === 'administer') return 'denied';
  return who === 'owner' ? 'admitted' : 'denied';
}

/** `self` is decided by what is asked for: here, for a token of bee's. */
function expectedOfSelf(name: string, who: string): Verdict {
  if (STRANGERS.includes(who)) return 'unknown';
  if (name === 'listTokens' || who === 'admin' || who === 'server') return 'admitted';
  return name === 'revokeToken' && who === 'owner' ? 'admitted' : 'denied';
}

describe('every route', () => {
  let served: Served;
  let people: Record<string, string | undefined>;
  let contents: () => Promise<string>;
  const cleanups: (() => unknown)[] = [];

  before(async () => {
    // Far more wrong tokens come from here than from any one address.
    const overrides = { auth: { wrong_tokens_per_minute: 0 } };
    served = await Served.open({ after: (action) => cleanups.push(action) }, { overrides });
    await populate(served);
    // Whoever waits for a change would wait for the whole test.
    served.server.services.feed.wait = async () => {};
    const token = (user: string, more = {}) => makeToken(served, { user, ...more });
    people = {
      'no token': undefined,
      'malformed token': 'skep_00',
      'expired token': await token('bee', { name: 'expired', expires: 1 }),
      'revoked token': await token('bee', { name: 'ended', revoked: 1 }),
      reader: await token('rita', { role: 'reader' }),
      other: await token('otto'),
      owner: await token('bee'),
      admin: await token('ada', { role: 'admin' }),
      server: 'secret',
    };
    contents = () => everything(served);
  });

  test('lets through whom it declares', async () => {
    const exceptions: string[] = [];
    for (const [name, route] of Object.entries<Route>(routes)) {
      for (const [who, token] of Object.entries(people)) {
        const wanted = route.access === 'self' ? expectedOfSelf(name, who) : expected(route, who);
        const request = await requestFor(served, name, route);
        const earlier = wanted === 'admitted' ? '' : await contents();
        const { status, body } = await send(served, route, request, token);
        const found = verdictOf(status, body, route);
        if (found !== wanted)
          exceptions.push(`${name}: ${who} is ${found}, not ${wanted}: ${status} ${JSON.stringify(body)}`);
        if (wanted !== 'admitted' && (await contents()) !== earlier)
          exceptions.push(`${name}: ${who} changed something`);
      }
    }
    assert.deepEqual(exceptions, []);
  });

  after(async () => {
    for (const cleanup of cleanups) await cleanup();
  });
});

let bound = 1000;

/** One that its handler may do something with, about what is bee's. */
async function requestFor(served: Served, name: string, route: Route): Promise<Request> {
  const subjects = accessSubjects(route.access);
  const kinds = Object.keys(subjects) as SubjectKind[];
  const parts = fc.record({ params: fitting(route.params), query: fitting(route.query), body: fitting(route.body) });
  const fits = (request: unknown) => {
    const named = namedIds(subjects, request as Request);
    return kinds.every((kind) => {
      const ids = [...(named.get(kind) ?? [])];
      return ids.length > 0 && ids.every((id) => id >= 1 && id <= EXISTING[kind]);
    });
  };
  const request = fc.sample(parts, { numRuns: 500, seed: 7 }).find(fits) as Request | undefined;
  assert.ok(request, `no request to ${name} about what exists`);
  // Otherwise the second one to bind it would be refused, because it belongs to the first.
  if (name === 'bindWorkflow') return { ...request, body: { ...(request.body as object), task_hash: String(++bound) } };
  if (name === 'createToken') return { ...request, body: { user: 'bee' } };
  if (name !== 'revokeToken') return request;
  const spare = 'spare';
  await served.database.write(({ db }) => db.deleteFrom('skep_user_token').where('name', '=', spare).execute());
  await makeToken(served, { user: 'bee', name: spare });
  return { ...request, params: { token: spare } };
}

function send(served: Served, route: Route, { params, query, body }: Request, token: string | undefined) {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) for (const one of [value].flat()) search.append(name, String(one));
  return served.inject({
    method: route.method,
    url: `${SURFACE_PREFIX[route.surface]}${path}?${search}`,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(route.method !== 'GET' && { payload: JSON.stringify(body) }),
  });
}

function verdictOf(status: number, body: { detail?: unknown }, route: Route): Verdict {
  if (status === 401 && body.detail === 'Unauthorized') return 'unknown';
  if (status === 401) return route.deniedAs401 && body.detail === 'Unauthorized.' ? 'denied' : 'unknown';
  return status === 403 && typeof body.detail === 'string' ? 'denied' : 'admitted';
}
