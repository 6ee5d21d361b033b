/** The certificate of the server: what TLS is offered with. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { readPem } from '../../api/trust.ts';
import type { Config } from '../../core/config.ts';
import { messageOf, SkepError } from '../../core/errors.ts';

export interface ServerCertificate {
  /** What Node's server needs. */
  readonly options: Pick<TlsOptions, 'cert' | 'key' | 'ca' | 'requestCert' | 'rejectUnauthorized'>;
  readonly certificate: X509Certificate;
}

/**
 * Reads what the settings name; undefined without them.
 * @throws SkepError `config_invalid` naming the setting when a file is missing, no such file, readable by everybody (the key), or
 * does not belong to the other.
 */
export function readCertificate(server: Config['server']): ServerCertificate | undefined {
  const { tls_cert: certFile, tls_key: keyFile, tls_client_ca: authorities } = server;
  if (certFile === '' && keyFile === '') {
    if (authorities === '') return undefined;
    throw new SkepError('config_invalid', 'server.tls_client_ca needs server.tls_cert and server.tls_key.');
  }
  if (certFile === '' || keyFile === '') {
    const missing = certFile === '' ? 'server.tls_cert' : 'server.tls_key';
    throw new SkepError('config_invalid', `server.tls_cert and server.tls_key belong together: ${missing} is not set.`);
  }
  const [cert, key] = [readPem('server.tls_cert', certFile), readPem('server.tls_key', keyFile)];
  refuseOpenKey(keyFile);
  const certificate = understood('server.tls_cert', certFile, () => new X509Certificate(cert));
  const privateKey: KeyObject = understood('server.tls_key', keyFile, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new SkepError(
      'config_invalid',
      `server.tls_key: ${keyFile} is not the key of the certificate in ${certFile}.`,
    );
  }
  const ca = authorities === '' ? undefined : readPem('server.tls_client_ca', authorities);
  return { options: { cert, key, ...(ca && { ca, requestCert: true, rejectUnauthorized: true }) }, certificate };
}

/**
 * A name of `host` that the certificate is for: the host itself, the other names of this machine for one that only it can reach, or the
 * first name of the certificate for one that stands for every address.
 */
export function certifiedHost(host: string, { certificate }: ServerCertificate): string {
  const isFor = (name: string) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
  const known = [host, 'localhost', '127.0.0.1'].find(isFor);
  const [, first] = /DNS:([^,*\s]+)/.exec(certificate.subjectAltName ?? '') ?? [];
  return known ?? first ?? host;
}

/** A group may be made for those who may read keys; everybody is no group. */
function refuseOpenKey(path: string): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o007) === 0) return;
  const sentence = `server.tls_key: ${path} can be read by everybody (mode ${mode.toString(8)}): run chmod o= on it.`;
  throw new SkepError('config_invalid', sentence);
}

function understood<Value>(setting: string, path: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new SkepError('config_invalid', `${setting}: ${path} cannot be understood: ${messageOf(cause)}.`, { cause });
  }
}
