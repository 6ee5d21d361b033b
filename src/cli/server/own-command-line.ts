import { join } from 'node:path';
import { PACKAGE_DIRECTORY } from '../../core/own-files.ts';
import { userName } from '../../core/user-name.ts';
import type { OwnCommandLine } from '../../server/run-starter.ts';

/** How a server of this process starts commands of its user. */
export function ownCommandLine(environment: Readonly<Record<string, string | undefined>>): OwnCommandLine {
  return {
    program: process.execPath,
    arguments: [join(PACKAGE_DIRECTORY, 'bin', 'skep.js')],
    environment,
    user: userName(environment),
  };
}
