import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository, Workbench } from './skep.ts';

test('the audit example counts licences, files and bytes of every package, nested ones too', async (context) => {
  const bench = new Workbench(context);
  const add = (path: string, manifest: object, files: Record<string, string> = {}) => {
    bench.write(`node_modules/${path}/package.json`, JSON.stringify(manifest));
    for (const [name, text] of Object.entries(files)) bench.write(`node_modules/${path}/${name}`, text);
  };
  add(
    'plain',
    { name: 'plain', version: '1.0.0', license: 'MIT' },
    { 'big.js': 'x'.repeat(2_000_000), 'test/package.json': '{}' },
  );
  add('plain/node_modules/inner', { name: 'inner', version: '2.0.0', licenses: [{ type: 'ISC' }, { type: 'MIT' }] });
  add('@scope/a b', { name: '@scope/a b', version: '3.0.0' }, { LICENSE: 'Do as you like.' });
  add('@scope/bare', { name: '@scope/bare' });

  bench.environment.AUDIT_ROOT = bench.path('node_modules');
  bench.environment.AUDIT_DIRECTORY = bench.path('audit');
  const { code, output, errors } = await bench.run('run', join(repository, 'examples/audit/audit.workflow.ts'));
  assert.equal(code, 0, output + errors);
  const report = readFileSync(bench.path('audit/report.md'), 'utf8');
  assert.match(report, /^4 packages in 2 groups, 7 files, 2\.0 MB\.$/m);
  assert.match(report, /\| ISC AND MIT +\| 1 /);
  assert.match(report, /\| plain +\| 1\.0\.0 +\| 3 +\| 2\.0 +\|/);
  assert.match(report, /\| @scope\/a b +\| 3\.0\.0 +\| not declared \(there is a licence file\) +\|/);
  assert.match(report, /\| @scope\/bare +\| +\| none +\|/);
});
