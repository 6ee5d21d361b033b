import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/** Floor → floors that it may import (itself included). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  api: ['core', 'api'],
  server: ['core', 'api', 'server'],
  client: ['core', 'api', 'client'],
  distributor: ['core', 'api', 'distributor'],
  worker: ['core', 'api', 'worker'],
  cli: ['core', 'api', 'server', 'client', 'distributor', 'worker', 'cli', 'index.ts'],
  web: ['core', 'api', 'web'],
  'index.ts': ['core', 'api', 'client'],
};

/** Calls that only the adapters of the seams may make, and those adapters. */
const SEAMS = [
  {
    call: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bset(Timeout|Interval)\(/,
    adapters: ['src/core/clock.ts', 'src/web/parts/clock.ts'],
  },
  {
    call: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bgetRandomValues\(/,
    adapters: ['src/core/random.ts', 'src/web/parts/random.ts'],
  },
  { call: /from 'node:child_process'/, adapters: ['src/core/process.ts'] },
  { call: /\bfetch\(|from 'undici|'node:https?'/, adapters: ['src/api/transport.ts', 'src/web/api/call.ts'] },
  {
    call: /from 'node:worker_threads'/,
    adapters: ['src/server/db/sqlite/thread-connection.ts', 'src/server/db/sqlite/read-thread.ts'],
  },
  { call: /from 'node:sqlite'/, adapters: ['src/server/db/sqlite/dialect.ts'] },
  { call: /'openid-client'/, adapters: ['src/server/login/provider.ts'] },
  { call: /from 'pg'/, adapters: ['src/server/db/postgres/session.ts'] },
];

const root = resolve(import.meta.dirname, '..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => join('src', path));
const importsOf = new Map(files.map((file) => [file, importedFiles(file)]));

test('each floor imports only the floors below it', () => {
  const offences: string[] = [];
  for (const [file, imports] of importsOf) {
    const allowed = MAY_IMPORT[floorOf(file)];
    assert.ok(allowed, `${file} lies on no floor`);
    for (const imported of imports) {
      if (!allowed.includes(floorOf(imported))) offences.push(`${file} imports ${imported}`);
    }
  }
  assert.deepEqual(offences, []);
});

test('no circle of imports', () => {
  assert.deepEqual(findCircle(importsOf), []);
});

test('time, randomness, processes, network and database are reached only through their adapters', () => {
  const offences: string[] = [];
  for (const file of files) {
    const code = withoutComments(readFileSync(join(root, file), 'utf8'));
    for (const { call, adapters } of SEAMS) {
      const match = call.exec(code);
      if (match && !adapters.includes(file)) offences.push(`${file}: ${match[0]}`);
    }
  }
  assert.deepEqual(offences, []);
});

function floorOf(file: string): string {
  return file.split('/')[1] as string;
}

/** The project's own files that a file imports at run time (types alone make no circle). */
function importedFiles(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: string[] = [];
  for (const match of text.matchAll(
    /^(?:import|export)\s(?!type\b)[^;]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'/gms,
  )) {
    const specifier = match[1] ?? match[2];
    if (specifier) found.push(relative(root, resolve(root, dirname(file), specifier)));
  }
  return found;
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '');
}

/** One circle as a list of files, or an empty list. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const circle = visit(file);
    if (circle.length > 0) return circle;
  }
  return [];
}
