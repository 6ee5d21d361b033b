import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_DIRECTORY } from './own-files.ts';

/** Version of this package. */
export const SKEP_VERSION: string = JSON.parse(readFileSync(join(PACKAGE_DIRECTORY, 'package.json'), 'utf8')).version;

/**
 * Version of the protocol that we speak, sent as `client_jobmon_version` and compared by worker programs. Peers of
 * 3.4.23 and older expect edge lists as JSON text.
 */
export const PROTOCOL_VERSION = '3.6.0';
