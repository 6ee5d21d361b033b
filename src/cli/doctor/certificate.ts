import { isSkepError } from '../../core/errors.ts';
import { readCertificate } from '../../server/edge/certificate.ts';
import { type Finding, ok, type Place, problem, warning } from './finding.ts';

/** Days before its end at which a certificate that renews itself has long been renewed. */
const SOON = 14;
const DAY = 24 * 3600 * 1000;

/** The certificate that a server of this configuration shows. */
export function checkCertificate({ config, context }: Place): Finding | readonly Finding[] {
  const check = 'certificate';
  try {
    const read = readCertificate(config.server);
    if (read === undefined) return []; // No TLS.
    const end = Date.parse(read.certificate.validTo);
    const days = Math.floor((end - context.clock.now()) / DAY);
    const day = new Date(end).toISOString().slice(0, 10);
    const hint = 'Renew it, then send SIGHUP to the server.';
    if (days < 0) return problem(check, `that of server.tls_cert ended on ${day}`, hint);
    if (days < SOON) return warning(check, `that of server.tls_cert ends on ${day}`, hint);
    return ok(check, `good until ${day}`);
  } catch (error) {
    if (!isSkepError(error)) throw error;
    return problem(check, error.message, error.hint);
  }
}
