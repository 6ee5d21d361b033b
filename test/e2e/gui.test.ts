import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { until, Workbench } from './skep.ts';

const ADDRESS = /^(http:\/\/127\.0\.0\.1:\d+)(\/[^#]*)#token=(\w+)\n/;

test('gui serves where nothing does, says the address with the token, and ends by Ctrl-C', async (context) => {
  const bench = new Workbench(context);
  bench.environment.DISPLAY = '';
  const gui = bench.start('gui');
  await until(() => gui.output().includes('Serving until Ctrl-C.'), 'it serves');
  const [, origin, path, token] = ADDRESS.exec(gui.output()) ?? [];
  assert.equal(path, '/');
  const page = await fetch(`${origin}/`);
  assert.match(await page.text(), /<title>Skep<\/title>/);
  const ask = (headers: Record<string, string>) => fetch(`${origin}/api/skep/workflow/1/newest_run`, { headers });
  assert.equal((await ask({})).status, 401);
  assert.equal((await ask({ authorization: `Bearer ${token}` })).status, 200);

  const second = await bench.run('gui');
  assert.equal(second.code, 0, 'one that finds a server ends at once');
  assert.equal(ADDRESS.exec(second.output)?.[1], origin);

  gui.signal('SIGINT');
  assert.equal((await gui.ended).code, 0);
});

test('gui opens the page of a workflow, which has to exist', async (context) => {
  const bench = new Workbench(context);
  bench.environment.DISPLAY = '';
  const unknown = await bench.run('gui', '-w', '7');
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.errors, /Workflow 7 does not exist/);
});

test('with a display a browser is given a file of its user alone, so that no list of processes shows the token', async (context) => {
  const bench = new Workbench(context);
  const opened = bench.path('opened');
  bench.write('bin/xdg-open', `#!/bin/sh\nprintf '%s\\n' "$@" >${opened}.part\nmv ${opened}.part ${opened}\n`);
  chmodSync(bench.path('bin/xdg-open'), 0o755);
  Object.assign(bench.environment, { DISPLAY: ':7', PATH: `${bench.path('bin')}:${process.env.PATH}` });
  const gui = bench.start('gui');
  await until(() => existsSync(opened), 'the browser is started');
  const file = readFileSync(opened, 'utf8').trim();
  const [, origin, , token] = ADDRESS.exec(gui.output()) ?? [];
  assert.doesNotMatch(file, new RegExp(token as string));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(readFileSync(file, 'utf8'), new RegExp(`url=${origin}/#token=${token}`));
  gui.signal('SIGINT');
  assert.equal((await gui.ended).code, 0);
});
