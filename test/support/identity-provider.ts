/** A real provider of OpenID Connect on loopback, whose accounts are whoever says a name. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface IdentityProvider {
  readonly issuer: string;
  /** Registers the server under test as its client. */
  serve(redirectAddress: string): void;
}

export const CLIENT = { id: 'skep', secret: 'a secret of the client' };

export interface ProviderOptions {
  /** How the client shows its secret; the provider takes no other way. */
  readonly method?: 'client_secret_post' | 'client_secret_basic';
  /** What it tells of an account. */
  readonly claimsOf?: (name: string) => object;
}

const usual = (name: string) => ({
  ...{ preferred_username: name, email: `${name}@example.org`, email_verified: true, name: `${name} of the tests` },
});

export async function openIdentityProvider(
  test: { after(action: () => unknown): void },
  { method = 'client_secret_post', claimsOf = usual }: ProviderOptions = {},
): Promise<IdentityProvider> {
  let answer: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    serve(redirectAddress) {
      const client = { client_id: CLIENT.id, client_secret: CLIENT.secret, token_endpoint_auth_method: method };
      const provider = new Provider(issuer, {
        clients: [{ ...client, redirect_uris: [redirectAddress] }],
        clientAuthMethods: [method],
        claims: {
          openid: ['sub'],
          email: ['email', 'email_verified'],
          profile: ['preferred_username', 'name', 'groups'],
        },
        cookies: { keys: ['of the tests'] },
        findAccount: (_context: unknown, name: string) => ({
          accountId: name,
          claims: async () => ({ sub: name, ...claimsOf(name) }),
        }),
      });
      answer = provider.callback();
    },
  };
}
