import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { loadConfig } from '../../../src/core/config.ts';
import { silentLog } from '../../../src/core/log.ts';
import { startServer } from '../../../src/server/start.ts';
import { Visitor } from '../../support/visitor.ts';
import { bindPipeline } from '../pipeline.ts';
import { temporaryDirectory } from '../served.ts';
import { AUTH, logIn, openScene, type Scene } from './scene.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes.
const bodyOf = async (answer: Response): Promise<any> => answer.json();

const identityOf = async ({ server }: Scene, visitor: Visitor) => {
  const answer = await visitor.ask(`${server.url}/api/skep/who_am_i`);
  const { user, role, source } = await bodyOf(answer);
  return { status: answer.status, user, role, source };
};

const NOBODY = { status: 401, user: undefined, role: undefined, source: undefined };

describe('somebody who logs in', () => {
  test('comes back to where he was, is known by a cookie alone, and no more after he has logged out', async (context) => {
    const scene = await openScene(context, { oidc_admins: 'root, carla' });
    const { url } = scene.server;
    const { visitor, landed } = await logIn(scene, 'anna', '?return_to=/workflow/7?tab=tasks');
    assert.equal(landed, `${url}/workflow/7?tab=tasks`);
    assert.deepEqual([...(visitor.cookies.get(url)?.keys() ?? [])], ['skep_session']);
    assert.deepEqual(await identityOf(scene, visitor), { status: 200, user: 'anna', role: 'user', source: 'session' });
    const guess = await visitor.ask(`${url}/api/skep/who_am_i`, { headers: { authorization: 'Bearer wrong' } });
    assert.equal(guess.status, 401);
    const told = await bodyOf(await visitor.ask(`${url}/api/auth/oidc/userinfo`));
    assert.deepEqual([told.sub, told.email, told.groups, told.family_name], ['anna', 'anna@example.org', [], '']);
    assert.ok(Math.abs(told.exp * 1000 - Date.now() - 12 * 3_600_000) < 60_000);
    const left = await visitor.ask(`${url}/api/auth/oidc/logout`);
    assert.deepEqual([left.status, left.headers.get('location')], [307, `${url}/`]);
    assert.deepEqual(await identityOf(scene, visitor), NOBODY);
    const nobody = await visitor.ask(`${url}/api/auth/oidc/userinfo`);
    assert.deepEqual([nobody.status, await nobody.json()], [403, { detail: 'Unauthorized' }]);
    const { visitor: carla } = await logIn(scene, 'carla');
    assert.equal((await identityOf(scene, carla)).role, 'admin');
  });

  test('changes what is his, from the page of this server alone; others change nothing of it', async (context) => {
    const scene = await openScene(context);
    const { url } = scene.server;
    const { visitor: anna } = await logIn(scene, 'anna');
    const { visitor: ben } = await logIn(scene, 'ben');
    const send = (visitor: Visitor, method: string, path: string, body: unknown, headers: object = { origin: url }) =>
      visitor.ask(`${url}${path}`, {
        method,
        ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
        headers: headers as Record<string, string>,
      });
    const { workflowId } = await bindPipeline({
      ask: async (method, path, body) => (await send(anna, method, `/api/v3${path}`, body)).json(),
    });
    const pause = (visitor: Visitor, headers?: object) =>
      send(visitor, 'POST', `/api/skep/workflow/${workflowId}/pause`, {}, headers);
    const refused = await pause(ben);
    assert.deepEqual(
      [refused.status, await refused.json()],
      [403, { detail: `Workflow ${workflowId} belongs to anna: ben may not change it.` }],
    );
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'https://example.org' },
      { origin: 'http://localhost:3000' },
    ]) {
      assert.equal((await pause(anna, headers)).status, 403, JSON.stringify(headers));
    }
    const foreign = await send(anna, 'GET', '/api/v3/time', undefined, { origin: 'http://localhost:3000' });
    assert.equal(foreign.status, 403);
    assert.equal((await send(anna, 'GET', '/api/v3/time', undefined, {})).status, 200);
    assert.equal((await pause(anna)).status, 200);
  });

  test('has a name of the claim that is set, and none that cannot be one', async (context) => {
    const claimsOf = (name: string) => ({
      ...{ hostile: { preferred_username: 'two words' }, none: {}, unsure: { email: 'root@x', email_verified: false } }[
        name
      ],
      ...(name === 'mail' && { email: 'anna@example.org', email_verified: true }),
      ...(name === 'many' && {
        preferred_username: 'many',
        groups: ['b', 'app-x', ...Array(300).fill('group-of-people')],
      }),
    });
    const scene = await openScene(context, { oidc_role: 'reader' }, { claimsOf, method: 'client_secret_basic' });
    for (const name of ['hostile', 'none', 'unsure']) {
      const visitor = new Visitor();
      const back = await visitor.follow(`${scene.server.url}/api/auth/oidc/login`, name, AUTH);
      const answer = await visitor.ask(back);
      assert.equal(answer.status, 403, name);
      assert.match(await answer.text(), /tells no user name that can be used, in claim preferred_username/);
      assert.equal((await identityOf(scene, visitor)).status, 401);
    }
    const { visitor } = await logIn(scene, 'mail');
    assert.deepEqual(await identityOf(scene, visitor), {
      status: 200,
      user: 'anna',
      role: 'reader',
      source: 'session',
    });
    const { visitor: many } = await logIn(scene, 'many');
    assert.ok((many.cookies.get(scene.server.url)?.get('skep_session') ?? '').length < 3900);
    const { groups } = await bodyOf(await many.ask(`${scene.server.url}/api/auth/oidc/userinfo`));
    assert.ok(groups.includes('b') && !groups.includes('app-x'));
  });
});

describe('what is no login is refused with a sentence', () => {
  test('answers to nothing, of another, twice, changed on the way', async (context) => {
    const scene = await openScene(context);
    const { url } = scene.server;
    const login = `${url}/api/auth/oidc/login`;
    const refusal = async (visitor: Visitor, address: URL | string) => {
      const answer = await visitor.ask(address);
      const text = await answer.text();
      assert.doesNotMatch(text, /\bat .*:\d+/, 'a stack');
      assert.equal((await identityOf(scene, visitor)).status, 401);
      return `${answer.status} ${/<p>(.*?)<\/p>/.exec(text)?.[1]}`;
    };
    const none = `403 No login is under way in this browser, or it has taken too long: open ${url} and log in there.`;
    const wrong = '403 This is not the answer to the login that this browser began: log in again.';
    const back = async (visitor: Visitor) => visitor.follow(login, 'anna', AUTH);

    assert.equal(await refusal(new Visitor(), `${url}${AUTH}?code=x&state=y`), none);
    // Somebody else's answer, by a link that he sent: in a browser that began nothing, and in one that did.
    const mallory = new Visitor();
    const stolen = await back(mallory);
    assert.equal(await refusal(new Visitor(), stolen), none);
    const victim = new Visitor();
    const own = await back(victim);
    assert.equal(await refusal(victim, stolen), wrong);
    // One attempt is one answer.
    assert.equal(await refusal(victim, own), none);
    // His code put into the answer of another: it belongs to another verifier and nonce.
    const mixed = await back(victim);
    mixed.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    assert.equal(await refusal(victim, mixed), wrong);
    // With its code, but another state.
    const turned = await back(victim);
    turned.searchParams.set('state', stolen.searchParams.get('state') ?? '');
    assert.equal(await refusal(victim, turned), wrong);
    // From another issuer.
    const other = await back(victim);
    other.searchParams.set('iss', 'https://example.org');
    assert.equal(await refusal(victim, other), wrong);
    // The provider was made to put another nonce into its token.
    const started = await victim.ask(login);
    const asked = new URL(started.headers.get('location') ?? '');
    asked.searchParams.set('nonce', 'of somebody else');
    assert.equal(await refusal(victim, await victim.follow(asked, 'anna', AUTH)), wrong);
    // The same answer again, with the cookie of before kept by hand: the code has been used.
    const again = new Visitor();
    const answer = await back(again);
    const kept = new Map(again.cookies.get(url));
    assert.equal((await again.ask(answer)).status, 307);
    again.cookies.set(url, kept);
    assert.equal(await refusal(again, answer), wrong);
    // The provider says no.
    const refused = await back(victim);
    refused.searchParams.delete('code');
    refused.searchParams.set('error', 'access_denied');
    assert.equal(await refusal(victim, refused), '404 The provider refused the login: access_denied.');
    const markup = await back(victim);
    markup.searchParams.delete('code');
    markup.searchParams.set('error', '<script>alert(1)</script>');
    assert.equal(await refusal(victim, markup), '404 The provider refused the login.');
  });

  test('cookies that are forged, of something else, of another server, or over', async (context) => {
    const scene = await openScene(context, { session_hours: 2 });
    const { url } = scene.server;
    const { visitor } = await logIn(scene, 'anna');
    const jar = visitor.cookies.get(url) as Map<string, string>;
    const right = jar.get('skep_session') as string;
    const begun = new Visitor();
    await begun.ask(`${url}/api/auth/oidc/login`);
    const other = await openScene(context, { session_hours: 2 });
    const { visitor: elsewhere } = await logIn(other, 'anna');
    const forged = [
      ...['', 'x', 'A'.repeat(5000), Buffer.from('{"content":{"user":"root"},"expires":9e15}').toString('base64url')],
      ...[`${right.slice(0, -2)}AA`, `${right[0] === 'A' ? 'B' : 'A'}${right.slice(1)}`, right.slice(0, 60)],
      begun.cookies.get(url)?.get('skep_login') as string,
      elsewhere.cookies.get(other.server.url)?.get('skep_session') as string,
    ];
    for (const value of forged) {
      jar.set('skep_session', value);
      assert.deepEqual(await identityOf(scene, visitor), NOBODY, value.slice(0, 80));
    }
    jar.set('skep_session', right);
    scene.pass(1.9);
    assert.equal((await identityOf(scene, visitor)).user, 'anna');
    scene.pass(0.2);
    assert.deepEqual(await identityOf(scene, visitor), NOBODY);
    assert.equal((await visitor.ask(`${url}/api/auth/oidc/userinfo`)).status, 403);
  });

  test('addresses that lead elsewhere, hosts that are not this machine, other sites that log out', async (context) => {
    const scene = await openScene(context);
    const { url } = scene.server;
    for (const wanted of [
      '//example.org',
      '/\\example.org',
      'https://example.org',
      '/.//example.org',
      '/%0d%0aX:y',
      '/api/x',
    ]) {
      const { landed } = await logIn(scene, 'anna', `?return_to=${encodeURIComponent(wanted)}`);
      assert.ok(landed.startsWith(`${url}/`) && !landed.startsWith(`${url}//`), `${wanted}: ${landed}`);
    }
    const rebound = await new Promise<number | undefined>((resolve) => {
      const headers = { host: 'rebound.example' };
      request(`${url}/api/auth/oidc/login`, { headers }, ({ statusCode }) => resolve(statusCode)).end();
    });
    assert.equal(rebound, 403);
    const { visitor } = await logIn(scene, 'anna');
    const left = await visitor.ask(`${url}/api/auth/oidc/logout`, { headers: { 'sec-fetch-site': 'cross-site' } });
    assert.equal(left.status, 403);
    assert.equal((await identityOf(scene, visitor)).user, 'anna');
  });
});

test('behind a public address, cookies go over TLS to this very host, and the provider sends people back there', async (context) => {
  const scene = await openScene(context, { public_url: 'https://skep.example.org' });
  const { url } = scene.server;
  const answer = await fetch(`${url}/api/auth/oidc/login`, { redirect: 'manual' });
  const asked = new URL(answer.headers.get('location') ?? '');
  assert.equal(asked.searchParams.get('redirect_uri'), `https://skep.example.org${AUTH}`);
  assert.deepEqual(
    [asked.searchParams.get('code_challenge_method'), asked.searchParams.get('scope')],
    ['S256', 'openid profile email'],
  );
  assert.match(
    answer.headers.getSetCookie().join(),
    /^__Host-skep_login=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
  );
});

test('a provider that is not there is told of, and asked again the next time', async (context) => {
  const scene = await openScene(context, { oidc_issuer: 'http://127.0.0.1:9' });
  for (let time = 0; time < 2; time++) {
    const answer = await fetch(`${scene.server.url}/api/auth/oidc/login`);
    assert.equal(answer.status, 503);
    assert.match((await bodyOf(answer)).detail, /^The provider of logins cannot be asked; /);
  }
});

test('without the settings there are no such routes, and the page offers nothing', async (context) => {
  const config = loadConfig({ environment: {}, overrides: { server: { data_dir: temporaryDirectory(context) } } });
  const server = await startServer({ config, log: silentLog });
  context.after(() => server.close());
  for (const name of ['login', 'auth', 'userinfo', 'logout']) {
    const address = `${server.url}/api/auth/oidc/${name}`;
    assert.equal((await fetch(address, { headers: { authorization: `Bearer ${server.token}` } })).status, 404);
    assert.equal((await fetch(address)).status, 401);
  }
  assert.match(await (await fetch(server.url)).text(), /<meta name="login-path" content=""/);
});
