/** Whom a client believes to be the server, and how it shows who it is itself: certificates. */
import { readFileSync } from 'node:fs';
import type { Config } from '../core/config.ts';
import { messageOf, SkepError } from '../core/errors.ts';

export interface Trust {
  /** Certificates of the authorities that are believed, as PEM. */
  readonly ca?: Buffer;
  /** The certificate that is shown to a server that asks for one, and its key, as PEM. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** @throws SkepError `config_invalid` naming the setting whose file cannot be read, or whose counterpart is missing. */
export function trustOf({ ca_file, tls_cert, tls_key }: Config['http']): Trust {
  if ((tls_cert === '') !== (tls_key === '')) {
    const missing = tls_cert === '' ? 'http.tls_cert' : 'http.tls_key';
    throw new SkepError('config_invalid', `http.tls_cert and http.tls_key belong together: ${missing} is not set.`);
  }
  return {
    ...(ca_file !== '' && { ca: readPem('http.ca_file', ca_file) }),
    ...(tls_cert !== '' && { cert: readPem('http.tls_cert', tls_cert), key: readPem('http.tls_key', tls_key) }),
  };
}

/** @throws SkepError `config_invalid` naming the setting when its file cannot be read or holds nothing of the kind. */
export function readPem(setting: string, path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new SkepError('config_invalid', `${setting}: cannot read ${path}: ${messageOf(cause)}.`, { cause });
  }
  if (bytes.includes('-----BEGIN ')) return bytes;
  throw new SkepError('config_invalid', `${setting}: ${path} is no PEM file.`);
}

/** What Node calls the refusal of a certificate → what that means. Others of its kind have names that say it. */
const REFUSALS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'no authority that is known here has signed its certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'no authority that is known here has signed its certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'no authority that is known here has signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'no authority that is known here has signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'no authority that is known here has signed its certificate',
  CERT_SIGNATURE_FAILURE: 'no authority that is known here has signed its certificate',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants to see a certificate: set http.tls_cert and http.tls_key',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not know the authority that signed the certificate of http.tls_cert',
};

/** Why the other side cannot be talked to for as long as the settings are what they are; undefined for any other error. */
export function trustProblem(error: unknown): string | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'EPROTO' && message.includes('wrong version number')) {
    return 'it speaks no TLS, so its address begins with http://';
  }
  return REFUSALS[code];
}
