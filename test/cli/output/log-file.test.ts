import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLogFile } from '../../../src/cli/output/log-file.ts';
import { systemClock } from '../../../src/core/clock.ts';

/** Two logs that are opened at this moment have the same path. */
const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

function workplace(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-log-'));
  context.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('every line is in the file at once', (context) => {
  const { log, path } = openLogFile(workplace(context), 'run', { level: 'info', verbose: false, clock });
  log.info({ workflow_run_id: 7 }, 'it goes on');
  assert.match(readFileSync(path, 'utf8'), /"workflow_run_id":7.*it goes on/);
});

test('a full disk costs lines and not the run', { skip: !existsSync('/dev/full') }, async (context) => {
  const first = openLogFile(workplace(context), 'run', { level: 'info', verbose: false, clock });
  const directory = workplace(context);
  const path = join(directory, first.path.slice(dirname(dirname(first.path)).length));
  mkdirSync(dirname(path));
  symlinkSync('/dev/full', path);
  const { log } = openLogFile(directory, 'run', { level: 'info', verbose: false, clock });
  const write = context.mock.method(process.stderr, 'write', () => true);
  // An error event that nobody listens to would end this process.
  for (let line = 0; line < 3; line++) log.info('nowhere to go');
  await new Promise((resolve) => setImmediate(resolve));
  const told = write.mock.calls.map(({ arguments: [text] }) => String(text)).filter((text) => text.startsWith('skep:'));
  write.mock.restore();
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /has gaps from here on: .*ENOSPC/);
});
