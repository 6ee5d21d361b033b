import { readFileSync } from 'node:fs';
import type { Config } from '../core/config.ts';
import { messageOf, SkepError } from '../core/errors.ts';
import { MASK, withoutSecrets } from '../core/secrets.ts';
import { capabilitiesOf } from './capabilities.ts';
import { Requester } from './requester.ts';
import { httpTransport, type Transport, type TransportOptions } from './transport.ts';
import { trustOf } from './trust.ts';

/**
 * A requester for the server that the `http` settings name. The address may have a path, such as `/t/<token>`.
 * `transportTo` makes the transport to the address's origin; default: over HTTP.
 * @throws SkepError `config_invalid` for a missing address, one that is none, or a file of a token or certificate that cannot be
 * read.
 */
export function requesterFor(
  http: Config['http'],
  transportTo: (origin: string, options: TransportOptions) => Transport = httpTransport,
): Requester {
  if (!/^https?:\/\//.test(http.service_url) || !URL.canParse(http.service_url)) {
    const shown = http.service_url.replace(/\/t\/.*/s, `/t/${MASK}`);
    throw new SkepError('config_invalid', `http.service_url is "${shown}", which is no http address.`);
  }
  const { origin, pathname } = new URL(http.service_url);
  return Requester.fromConfig(http, transportTo(origin, { trust: trustOf(http) }), {
    token: http.token || readToken(http.token_file),
    prefix: `${pathname.replace(/\/$/, '')}${http.route_prefix}`,
  });
}

/**
 * A name of the server's database that holds no `/`: its own identity, or the address of a server that does not tell it. Files
 * are named by it, so it holds no token.
 * @throws SkepError `request_failed` when the server cannot be reached.
 */
export async function databaseNameOf(requester: Requester, http: Config['http']): Promise<string> {
  const capabilities = await capabilitiesOf(requester);
  return (capabilities?.database_id ?? withoutSecrets(http.service_url)).replaceAll('/', '_');
}

function readToken(path: string): string {
  if (path === '') return '';
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new SkepError('config_invalid', `Cannot read the token file ${path}: ${messageOf(cause)}.`, { cause });
  }
}
