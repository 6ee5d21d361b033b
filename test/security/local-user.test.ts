/** Another user of the same machine, who finds the port of somebody's embedded server. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/core/config.ts';
import { silentLog } from '../../src/core/log.ts';
import { startServer } from '../../src/server/start.ts';
import { temporaryDirectory } from '../server/served.ts';

/** `nobody`, who owns nothing. */
const NOBODY = 65_534;
const skip = process.getuid?.() === 0 ? false : 'only root can become somebody else';

test('another user can neither read the token and the data, nor ask without the token', { skip }, async (context) => {
  const data_dir = temporaryDirectory(context);
  chmodSync(data_dir, 0o755); // As open as a home directory may be: the files guard themselves.
  const config = loadConfig({ environment: {}, overrides: { server: { data_dir } } });
  const server = await startServer({ config, log: silentLog });
  context.after(() => server.close());
  const asNobody = (program: string, ...words: string[]) =>
    spawnSync(program, words, { uid: NOBODY, gid: NOBODY, encoding: 'utf8' });
  assert.equal(asNobody('id', '-u').stdout.trim(), String(NOBODY));
  for (const name of ['token', 'skep.sqlite', 'skep.sqlite-wal', 'server.json', 'server.lock']) {
    const { status, stdout, stderr } = asNobody('cat', join(data_dir, name));
    assert.deepEqual([name, status === 0, stdout], [name, false, ''], stderr);
    assert.match(stderr, /denied/);
  }
  for (const name of ['token', 'skep.sqlite']) {
    assert.notEqual(asNobody('sh', '-c', `echo x >> '${join(data_dir, name)}'`).status, 0, `${name} can be written`);
  }
  const answer = await fetch(`${server.url}/api/v3/time`);
  assert.equal(answer.status, 401);
});

test('a token file that others could read is refused before anything listens', async (context) => {
  const data_dir = temporaryDirectory(context);
  writeFileSync(join(data_dir, 'token'), 'known to all\n', { mode: 0o644 });
  const config = loadConfig({ environment: {}, overrides: { server: { data_dir } } });
  await assert.rejects(startServer({ config, log: silentLog }), { code: 'config_invalid', message: /mode 644/ });
});
