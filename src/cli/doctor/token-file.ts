import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import { type Finding, ok, type Place, problem, warning } from './finding.ts';

/** The token that is sent, or that a server of this user checks. */
export function checkTokenFile({ config, dataDirectory }: Place): Finding {
  const check = 'token file';
  const { service_url, token, token_file } = config.http;
  if (service_url !== '' && token !== '') return ok(check, 'not needed: the token is a setting');
  const path = service_url === '' ? join(dataDirectory, 'token') : token_file;
  if (path === '') return ok(check, 'none is configured');
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    if (service_url === '') return ok(check, 'the first server will make it');
    return problem(check, `${path} does not exist`, 'Correct http.token_file, or ask who runs the server for a token.');
  }
  const mode = stat.mode & 0o777;
  if ((mode & 0o077) !== 0) {
    const what = `${path} can be read by others (mode ${mode.toString(8)})`;
    const hint = 'Run chmod 600 on it.';
    // A server of our own refuses to start with it.
    return service_url === '' ? problem(check, what, hint) : warning(check, what, hint);
  }
  try {
    accessSync(path, constants.R_OK);
    if (readFileSync(path, 'utf8').trim() !== '') return ok(check, path);
    return problem(check, `${path} is empty`, 'Remove it: the next server makes a new one.');
  } catch (error) {
    return problem(check, `${path} cannot be read: ${messageOf(error)}`, 'Mend its owner and permissions.');
  }
}
