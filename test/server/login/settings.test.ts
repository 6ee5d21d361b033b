import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigOverrides, loadConfig } from '../../../src/core/config.ts';
import { loginSettings } from '../../../src/server/login/settings.ts';

const complete = { oidc_issuer: 'https://id.example.org/realms/a', oidc_client_id: 'skep', oidc_client_secret: 's' };

const read = (auth: ConfigOverrides['auth'], server: ConfigOverrides['server'] = {}) =>
  loginSettings(loadConfig({ environment: {}, overrides: { auth, server } }));

test('nothing is on without an issuer; with it, names and roles are those that are set', () => {
  assert.equal(read({}), undefined);
  assert.equal(read({ public_url: 'https://skep.example.org' }), undefined);
  const settings = read({ ...complete, oidc_admins: ' anna ,,ben', public_url: 'https://Skep.example.org/' });
  assert.deepEqual(settings?.rules, { hours: 12, role: 'user', admins: new Set(['anna', 'ben']) });
  assert.equal(settings?.publicOrigin, 'https://skep.example.org');
});

test('what is missing or makes no sense is named', () => {
  const faults: readonly (readonly [ConfigOverrides['auth'], RegExp, ConfigOverrides['server']?])[] = [
    [{ oidc_client_id: 'skep' }, /oidc_client_id is set, but not auth\.oidc_issuer/],
    [{ oidc_admins: 'anna' }, /oidc_admins is set, but not auth\.oidc_issuer/],
    [{ ...complete, oidc_client_id: '' }, /needs auth\.oidc_client_id/],
    [{ ...complete, oidc_client_secret: '' }, /needs auth\.oidc_client_secret/],
    [{ ...complete, oidc_user_claim: '' }, /needs auth\.oidc_user_claim/],
    [{ ...complete, mode: 'none' }, /needs auth\.mode token/],
    [complete, /needs auth\.public_url where server\.host is 0\.0\.0\.0/, { host: '0.0.0.0' }],
    [complete, /needs server\.extensions/, { extensions: false }],
    [{ ...complete, oidc_issuer: 'http://id.example.org' }, /oidc_issuer must be an https address/],
    [{ ...complete, oidc_issuer: 'id.example.org' }, /oidc_issuer must be an https address/],
    [{ ...complete, oidc_role: 'owner' }, /oidc_role must be reader or user or admin, not "owner"/],
    [{ ...complete, public_url: 'https://skep.example.org/x' }, /public_url must be like/],
    [{ ...complete, public_url: 'skep.example.org' }, /public_url must be like/],
    [{ ...complete, session_hours: 0 }, /session_hours must be above 0/],
    [{ ...complete, session_hours: 1e9 }, /session_hours must be .* at most 744/],
  ];
  for (const [auth, message, server] of faults) {
    assert.throws(() => read(auth, server), { code: 'config_invalid', message }, String(message));
  }
});
