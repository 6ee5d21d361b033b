/** A server with a provider of identities behind it, and people who log in there. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { type ConfigOverrides, loadConfig } from '../../../src/core/config.ts';
import { silentLog } from '../../../src/core/log.ts';
import { type RunningServer, startServer } from '../../../src/server/start.ts';
import { CLIENT, openIdentityProvider, type ProviderOptions } from '../../support/identity-provider.ts';
import { Visitor } from '../../support/visitor.ts';
import { temporaryDirectory } from '../served.ts';

/** Where the provider sends people back to. */
export const AUTH = '/api/auth/oidc/auth';

export interface Scene {
  readonly server: RunningServer;
  /** Lets so many hours pass for the server. */
  pass(hours: number): void;
}

/** `auth`: settings beside those that are needed. */
export async function openScene(
  context: TestContext,
  auth: ConfigOverrides['auth'] = {},
  options: ProviderOptions = {},
): Promise<Scene> {
  const provider = await openIdentityProvider(context, options);
  let passed = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + passed };
  const config = loadConfig({
    environment: {},
    overrides: {
      server: { data_dir: temporaryDirectory(context) },
      auth: { oidc_issuer: provider.issuer, oidc_client_id: CLIENT.id, oidc_client_secret: CLIENT.secret, ...auth },
    },
  });
  const server = await startServer({ config, clock, log: silentLog });
  context.after(() => server.close());
  provider.serve(`${server.url}${AUTH}`);
  return {
    server,
    pass(hours) {
      passed += hours * 3_600_000;
    },
  };
}

/** The whole way, to the page to which one comes back. */
export async function logIn(
  { server }: Scene,
  name: string,
  query = '',
): Promise<{ visitor: Visitor; landed: string }> {
  const visitor = new Visitor();
  const back = await visitor.follow(`${server.url}/api/auth/oidc/login${query}`, name, AUTH);
  const answer = await visitor.ask(back);
  assert.equal(answer.status, 307, await answer.text());
  return { visitor, landed: answer.headers.get('location') ?? '' };
}
