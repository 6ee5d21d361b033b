import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository, Workbench } from './skep.ts';

test('the example of the README, copied into an empty folder, does what it says', async (context) => {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const [, name = '', text = ''] = /^```ts\n\/\/ (\S+)\n(.*?)^```$/ms.exec(readme) ?? [];
  const bench = new Workbench(context);
  bench.write(name, text);
  const look = await bench.run('run', name, '--dry-run');
  assert.match(look.output, /^squares\n4 tasks, 3 dependencies, 2 levels deep\./);
  const { code, output, errors } = await bench.run('run', name);
  assert.match(output, /^✔ Done: all 4 tasks/, errors);
  assert.equal(code, 0);
  assert.equal(readFileSync(bench.path('total.txt'), 'utf8'), '1\n4\n9\n');
  const again = await bench.run('run', name, '--resume');
  assert.deepEqual([again.code, again.errors], [0, 'Every task of this workflow is done already.\n']);
});
