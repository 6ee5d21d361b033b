/** The provider of identities that people log in with: OpenID Connect, by code, with PKCE, state and nonce. */

import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { HttpAnswer } from '../handler.ts';
import type { LoginSettings } from './settings.ts';

type Library = typeof import('openid-client');
type Client = InstanceType<Library['Configuration']>;

/** What holds one login together, from the way to the provider until the way back; secret to the browser too. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

export type Claims = Readonly<Record<string, unknown>>;

/** The claims by which people are known: who it is, his name, his address. */
const SCOPE = 'openid profile email';

/** Seconds that one request to the provider may take. */
const PATIENCE = 10;

export class Provider {
  readonly #settings: LoginSettings;
  readonly #log: Logger;
  #opened: Promise<{ library: Library; client: Client }> | undefined;

  constructor(settings: LoginSettings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Where a browser has to go to log in. @throws HttpAnswer 503 when the provider cannot be asked. */
  async addressFor({ state, nonce, verifier }: Attempt, redirectAddress: string): Promise<string> {
    const { library, client } = await this.#open();
    const address = library.buildAuthorizationUrl(client, {
      ...{ redirect_uri: redirectAddress, scope: SCOPE, state, nonce },
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return address.href;
  }

  /**
   * What the provider says of whoever came back at an address, checked: state, issuer, signature, audience, times, nonce.
   * @throws HttpAnswer 404 when the provider refused the login (the status as peers know it, http-views §6), 403 when what came back is
   * not the answer to this attempt, 503 when the provider cannot be asked.
   */
  async claimsOf({ state, nonce, verifier }: Attempt, address: URL): Promise<Claims> {
    const { library, client } = await this.#open();
    try {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await library.authorizationCodeGrant(client, address, checks);
      const claims = tokens.claims() as Claims & { readonly sub: string };
      if (client.serverMetadata().userinfo_endpoint === undefined) return claims;
      return { ...(await library.fetchUserInfo(client, tokens.access_token, claims.sub)), ...claims };
    } catch (error) {
      throw this.#refusal(error, library);
    }
  }

  #refusal(error: unknown, library: Library): HttpAnswer {
    if (error instanceof library.AuthorizationResponseError) {
      // The text comes by the address, which anybody may have written: no more of it is told than such a word.
      const word = /^[\w.-]{1,64}$/.test(error.error) ? `: ${error.error}` : '';
      return new HttpAnswer(404, { detail: `The provider refused the login${word}.` });
    }
    this.#log.warn({ error: messageOf(error), cause: causeOf(error) }, 'A login failed');
    return new HttpAnswer(403, {
      detail: 'This is not the answer to the login that this browser began: log in again.',
    });
  }

  #open(): Promise<{ library: Library; client: Client }> {
    this.#opened ??= this.#discover().catch((error: unknown) => {
      this.#opened = undefined;
      this.#log.warn({ error: messageOf(error), cause: causeOf(error) }, 'The provider of logins cannot be asked');
      const detail = 'The provider of logins cannot be asked; the log of the server says why. Try again later.';
      throw new HttpAnswer(503, { detail });
    });
    return this.#opened;
  }

  async #discover(): Promise<{ library: Library; client: Client }> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const library = await import('openid-client');
    const plain = issuer.protocol === 'http:' ? [library.allowInsecureRequests] : [];
    const found = await library.discovery(issuer, clientId, undefined, undefined, {
      execute: plain,
      timeout: PATIENCE,
    });
    const metadata = found.serverMetadata();
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authentication = methods.includes('client_secret_post')
      ? library.ClientSecretPost
      : library.ClientSecretBasic;
    const client = new library.Configuration(metadata, clientId, undefined, authentication(clientSecret));
    client.timeout = PATIENCE;
    for (const allow of plain) allow(client);
    // Signatures too, and not only that the token came from the provider over TLS.
    library.enableNonRepudiationChecks(client);
    return { library, client };
  }
}

function causeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? messageOf(cause) : undefined;
}
