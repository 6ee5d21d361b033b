import { readFileSync } from 'node:fs';

/** Version of this package. */
export const SKEP_VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;

/**
 * Version of the protocol that we speak, sent as `client_jobmon_version` and compared by worker programs. Peers of
 * 3.4.23 and older expect edge lists as JSON text.
 */
export const PROTOCOL_VERSION = '3.6.0';
