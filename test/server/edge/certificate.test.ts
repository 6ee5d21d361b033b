import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { requesterFor } from '../../../src/api/connect.ts';
import { routes } from '../../../src/api/routes.ts';
import { type Config, type ConfigOverrides, loadConfig } from '../../../src/core/config.ts';
import { createLog, silentLog } from '../../../src/core/log.ts';
import { startServer } from '../../../src/server/start.ts';
import { makeAuthority, makeCertificate, WITHOUT_OPENSSL } from '../../support/certificates.ts';
import { temporaryDirectory } from '../served.ts';

test('TLS', { skip: WITHOUT_OPENSSL }, async (suite) => {
  const directory = temporaryDirectory(suite);
  const authority = makeAuthority(directory, 'authority');
  const stranger = makeAuthority(directory, 'stranger');
  const { cert: tls_cert, key: tls_key } = makeCertificate(directory, 'server', { authority });

  await suite.test(
    'is spoken with who knows the authority; who does not is told in a sentence, at once',
    async (context) => {
      const server = await start(context, { tls_cert, tls_key });
      assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
      await ask(server, { ca_file: authority.cert });
      const refusals = [
        [{}, 'no authority that is known here has signed its certificate'],
        [{ ca_file: stranger.cert }, 'no authority that is known here has signed its certificate'],
        [
          { ca_file: authority.cert, service_url: server.url.replace('127.0.0.1', 'localhost') },
          'its certificate is for another name',
        ],
      ] as const;
      for (const [http, reason] of refusals) {
        await assert.rejects(ask(server, http), {
          code: 'server_untrusted',
          message: `GET /time: the server cannot be trusted: ${reason}.`,
        });
      }
      const withoutTls = { service_url: server.url.replace('https', 'http'), retries_attempts: 1 };
      await assert.rejects(ask(server, withoutTls), { code: 'request_failed', message: /no answer from the server/ });
    },
  );

  await suite.test('is not expected of a server without it', async (context) => {
    const server = await start(context, {});
    await assert.rejects(ask(server, { service_url: server.url.replace('http', 'https') }), {
      code: 'server_untrusted',
      message: 'GET /time: the server cannot be trusted: it speaks no TLS, so its address begins with http://.',
    });
  });

  await suite.test(
    'of a server that asks for certificates lets in only who has one of its authority',
    async (context) => {
      const server = await start(context, { tls_cert, tls_key, tls_client_ca: authority.cert });
      const client = makeCertificate(directory, 'client', { authority });
      const other = makeCertificate(directory, 'other', { authority: stranger });
      const ca_file = authority.cert;
      await ask(server, { ca_file, tls_cert: client.cert, tls_key: client.key });
      await assert.rejects(ask(server, { ca_file }), {
        code: 'server_untrusted',
        message: /it wants to see a certificate/,
      });
      await assert.rejects(ask(server, { ca_file, tls_cert: other.cert, tls_key: other.key, retries_attempts: 1 }));
    },
  );

  await suite.test('takes a renewed certificate, and keeps the old one when the new one is wrong', async (context) => {
    const own = { tls_cert: join(directory, 'own.pem'), tls_key: join(directory, 'own.key') };
    copyFileSync(tls_cert, own.tls_cert);
    copyFileSync(tls_key, own.tls_key);
    const server = await start(context, own);
    const first = await serialOf(server.port);
    const renewed = makeCertificate(directory, 'renewed', { authority });
    copyFileSync(renewed.cert, own.tls_cert);
    assert.throws(() => server.renewCertificate(), { code: 'config_invalid', message: /is not the key of/ });
    assert.equal(await serialOf(server.port), first);
    copyFileSync(renewed.key, own.tls_key);
    server.renewCertificate();
    assert.notEqual(await serialOf(server.port), first);
    await ask(server, { ca_file: authority.cert });
  });

  await suite.test('gives the address a name that the certificate has', async (context) => {
    const named = makeCertificate(directory, 'named', { authority, names: 'DNS:*.example.org,DNS:skep.example.org' });
    const server = await start(context, { tls_cert: named.cert, tls_key: named.key });
    assert.equal(server.url, `https://skep.example.org:${server.port}`);
  });

  await suite.test('with files that do not do is refused by the name of the setting', async (context) => {
    const broken = join(directory, 'broken.pem');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n', { mode: 0o600 });
    const text = join(directory, 'text.pem');
    writeFileSync(text, 'no key', { mode: 0o600 });
    const open = join(directory, 'open.key');
    copyFileSync(tls_key, open);
    chmodSync(open, 0o644);
    const refused: [Partial<Config['server']>, RegExp][] = [
      [{ tls_cert }, /^server\.tls_cert and server\.tls_key belong together: server\.tls_key is not set\.$/],
      [{ tls_client_ca: tls_cert }, /^server\.tls_client_ca needs/],
      [{ tls_cert: '/nowhere.pem', tls_key }, /^server\.tls_cert: cannot read \/nowhere\.pem/],
      [{ tls_cert, tls_key: text }, /^server\.tls_key: .* is no PEM file\.$/],
      [{ tls_cert: broken, tls_key }, /^server\.tls_cert: .*broken\.pem cannot be understood/],
      [{ tls_cert, tls_key: broken }, /^server\.tls_key: .*broken\.pem cannot be understood/],
      [{ tls_cert, tls_key: authority.key }, /^server\.tls_key: .*authority\.key is not the key of/],
      [{ tls_cert, tls_key: open }, /^server\.tls_key: .*open\.key can be read by everybody \(mode 644\)/],
    ];
    for (const [server, message] of refused) {
      await assert.rejects(start(context, server), { code: 'config_invalid', message });
    }
    const without = { service_url: 'https://127.0.0.1:1', tls_cert };
    const { http } = loadConfig({ environment: {}, overrides: { http: without } });
    assert.throws(() => requesterFor(http), { code: 'config_invalid', message: /http\.tls_key is not set/ });
  });
});

test('a server that others reach without TLS says that they can read along', async (context) => {
  const lines: string[] = [];
  const log = createLog('server', 'warn', { write: (line) => lines.push(line) });
  await start(context, { host: '0.0.0.0' }, log);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /Whoever is on the way to this server can read/);
  await start(context, {}, log);
  assert.equal(lines.length, 1, 'on the loopback nobody is on the way');
});

async function start(context: Pick<TestContext, 'after'>, server: ConfigOverrides['server'], log = silentLog) {
  const overrides = { server: { data_dir: temporaryDirectory(context), ...server } };
  const running = await startServer({ config: loadConfig({ environment: {}, overrides }), log });
  context.after(() => running.close());
  return running;
}

async function ask(server: { url: string; token: string }, http: Partial<Config['http']>) {
  const overrides = { http: { service_url: server.url, token: server.token, ...http } };
  const requester = requesterFor(loadConfig({ environment: {}, overrides }).http);
  try {
    return await requester.call(routes.getTime, {});
  } finally {
    await requester.close();
  }
}

/** Of the certificate that a server shows. */
function serialOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
