/** Authorities and certificates for tests, made by openssl in a folder that is gone afterwards. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why tests that need certificates are skipped; false where they are not. */
export const WITHOUT_OPENSSL = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';

export interface KeyPair {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
}

const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
const freshKey = (key: string) => [
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:prime256v1',
  '-nodes',
  '-keyout',
  key,
];

export function makeAuthority(directory: string, name: string): KeyPair {
  const pair = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  openssl('req', '-x509', ...freshKey(pair.key), '-out', pair.cert, '-subj', `/CN=${name}`, '-days', '2');
  return pair;
}

/** `names`: such as `IP:127.0.0.1,DNS:localhost`. `days`: for how long it is valid. */
export function makeCertificate(
  directory: string,
  name: string,
  { authority, names = 'IP:127.0.0.1', days = 2 }: { authority: KeyPair; names?: string; days?: number },
): KeyPair {
  const path = (ending: string) => join(directory, `${name}.${ending}`);
  openssl('req', '-new', ...freshKey(path('key')), '-out', path('csr'), '-subj', `/CN=${name}`);
  writeFileSync(path('ext'), `subjectAltName=${names}\n`);
  const signed = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial', '-extfile', path('ext')];
  openssl('x509', '-req', '-in', path('csr'), ...signed, '-out', path('pem'), '-days', String(days));
  return { cert: path('pem'), key: path('key') };
}
