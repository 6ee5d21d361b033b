import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemProcesses } from '../../../../../src/core/process.ts';
import { TokenSource } from '../../../../../src/distributor/clusters/slurm/rest/token.ts';
import { VirtualClock } from '../../../../support/virtual-clock.ts';

/** A token as Slurm makes it; nobody but slurmrestd checks the signature. */
function token(claims: Record<string, unknown>, signature = 'sig'): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.${signature}`;
}

function scene(context: TestContext, { environment = {} as Record<string, string>, hasFile = true } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'skep-token-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'token');
  const clock = new VirtualClock();
  const parts = { environment, processes: systemProcesses, clock, timeout: 10 };
  const source = new TokenSource({ ...parts, file: hasFile ? file : undefined });
  const write = (content: string, mode = 0o600) => {
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  return { directory, file, clock, source, write };
}

test('the file is read each time, bare or as scontrol prints it; the token says who we are', async (context) => {
  const { source, write } = scene(context);
  write(`${token({ sun: 'ada' })}\n`);
  assert.equal((await source.current()).user, 'ada');
  const renewed = token({ sun: 'bob', exp: 2_000_000_000 });
  write(`SLURM_JWT=${renewed}\n`);
  assert.deepEqual(await source.current(), { text: renewed, user: 'bob', expires: 2_000_000_000_000 });
});

test('a file that others may use is refused, and so is one that is not there or holds no token', async (context) => {
  const { source, write } = scene(context);
  await assert.rejects(source.current(), /cannot be read: ENOENT/);
  write(token({ sun: 'ada' }), 0o640);
  await assert.rejects(source.current(), /may be used by others \(mode 0640\); make it 0600/);
  for (const content of ['', 'secret words', 'e30.ISEh.e30']) {
    write(content);
    await assert.rejects(source.current(), (error: Error) => !error.message.includes(content || '\0'));
  }
});

test('an expired token is not sent', async (context) => {
  const { source, write, clock } = scene(context);
  write(token({ sun: 'ada', exp: clock.now() / 1000 + 100 }));
  await source.current();
  await clock.advance(200_000);
  await assert.rejects(source.current(), /expired at 2026-01-01T00:01:40/);
});

test('in place of a refused token there is another only when it was renewed', async (context) => {
  const { source, write } = scene(context);
  write(token({ sun: 'ada' }));
  const refused = await source.current();
  assert.equal(await source.insteadOf(refused), undefined);
  write(token({ sun: 'ada' }, 'new'));
  assert.match((await source.insteadOf(refused))?.text ?? '', /new$/);
});

test('without a file the environment has it', async (context) => {
  const { source } = scene(context, { hasFile: false, environment: { SLURM_JWT: token({ sun: 'ada' }) } });
  assert.equal((await source.current()).user, 'ada');
});

test('without either it is made by scontrol, kept for half its life, and made anew after a refusal', async (context) => {
  const environment: Record<string, string> = {};
  const { directory, clock, source } = scene(context, { hasFile: false, environment });
  environment.PATH = directory;
  const expires = clock.now() / 1000 + 3600;
  const [before, after] = token({ sun: 'ada', exp: expires }).split('.sig') as [string, string];
  const script = `#!/bin/sh\nprintf x >> ${directory}/calls\nread calls < ${directory}/calls\necho SLURM_JWT=${before}.$calls${after}\n`;
  writeFileSync(join(directory, 'scontrol'), script, { mode: 0o755 });
  const signature = async () => (await source.current()).text.split('.')[2];
  assert.equal(await signature(), 'x');
  await clock.advance(1_799_000);
  assert.equal(await signature(), 'x');
  await clock.advance(2000);
  assert.equal(await signature(), 'xx');
  assert.match((await source.insteadOf(await source.current()))?.text ?? '', /xxxx$/);
});

test('where scontrol is not, the sentence says what is missing', async (context) => {
  const { directory, source } = scene(context, { hasFile: false, environment: { PATH: '/nowhere' } });
  assert.ok(directory);
  await assert.rejects(source.current(), /rest_token_file and SLURM_JWT are not set, and scontrol cannot be started/);
});
