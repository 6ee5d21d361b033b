/** Databases of earlier versions, with the data of a real run, and one of a later version. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { repository, Workbench } from './skep.ts';

const FOLDER = join(repository, 'src/server/db/migrations');
const MIGRATIONS = readdirSync(FOLDER).sort();

const WORKFLOW = `name: old
args: fixed
templates:
  work: {command: 'test {i} != 3 -o -e mended && echo {i} >> journal', max_attempts: 1}
tasks:
  - {template: work, each: {i: [1, 2, 3, 4]}}
`;

test('what an earlier version has kept is migrated, shown and resumed', async (context) => {
  const bench = new Workbench(context);
  bench.write('old.yaml', WORKFLOW);
  assert.equal((await bench.run('run', 'old.yaml')).code, 1);
  const before = await tasksOf(bench);
  assert.deepEqual([...before.values()].sort(), ['DONE', 'DONE', 'DONE', 'FATAL']);
  for (const version of [1, MIGRATIONS.length - 1]) {
    await replaceByVersion(bench, version);
    assert.deepEqual(await tasksOf(bench), before, `from ${MIGRATIONS[version - 1]}`);
    const { output } = await bench.run('workflow', 'errors', '-w', '1');
    assert.match(output, /1 error of workflow 1\./);
  }
  bench.write('mended', '');
  const resumed = await bench.run('workflow', 'resume', '-w', '1');
  assert.equal(resumed.code, 0, resumed.errors);
  assert.match(resumed.output, /✔ Done: 1 task,/);
  assert.deepEqual(readFileSync(bench.path('journal'), 'utf8').trim().split('\n').sort(), ['1', '2', '3', '4']);
  assert.deepEqual(new Set((await tasksOf(bench)).values()), new Set(['DONE']));
});

test('a database that a later version has migrated is refused in one sentence', async (context) => {
  const bench = new Workbench(context);
  assert.equal((await bench.run('workflow', 'list')).code, 0);
  const database = new DatabaseSync(join(bench.dataDirectory, 'skep.sqlite'));
  database.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01T00:00:00.000Z')");
  database.close();
  const { code, errors } = await bench.run('workflow', 'list');
  assert.equal(code, 2, errors);
  assert.match(
    errors,
    /^skep: A later version of Skep has changed the tables of the database \S+skep\.sqlite \(9999-later\)\.\nhint: /m,
  );
});

async function tasksOf(bench: Workbench): Promise<Map<string, string>> {
  const rows = await bench.rows('workflow', 'tasks', '-w', '1', '--limit', '0');
  return new Map(rows.map((row) => [String(row.TASK_NAME), String(row.STATUS)]));
}

/** Puts the rows into the tables that the first `version` migrations make: what these have no column for is lost. */
async function replaceByVersion(bench: Workbench, version: number): Promise<void> {
  const path = join(bench.dataDirectory, 'skep.sqlite');
  const old = join(bench.directory, 'old', 'skep.sqlite');
  rmSync(join(bench.directory, 'old'), { recursive: true, force: true });
  mkdirSync(join(bench.directory, 'old'));
  const database = new DatabaseSync(old);
  for (const file of MIGRATIONS.slice(0, version)) {
    const { statements } = await import(join(FOLDER, file));
    for (const statement of statements) database.exec(statement);
  }
  database.exec(`attach '${path}' as newer`);
  for (const table of namesIn(database, 'main')) copyRows(database, table);
  database.exec('create table kysely_migration as select * from newer.kysely_migration');
  database.exec('create table kysely_migration_lock as select * from newer.kysely_migration_lock');
  database.exec(`delete from kysely_migration where name > '${basename(MIGRATIONS[version - 1] as string, '.ts')}'`);
  database.exec('detach newer');
  database.close();
  for (const name of readdirSync(bench.dataDirectory).filter((file) => file.startsWith('skep.sqlite'))) {
    rmSync(join(bench.dataDirectory, name));
  }
  const moved = new DatabaseSync(old);
  moved.exec(`vacuum into '${path}'`);
  moved.close();
}

function copyRows(database: DatabaseSync, table: string): void {
  const [own, newer] = ['main', 'newer'].map((schema) => columnsOf(database, schema, table)) as [string[], string[]];
  const shared = own.filter((column) => newer.includes(column)).map((column) => `"${column}"`);
  database.exec(`insert or replace into main."${table}" (${shared}) select ${shared} from newer."${table}"`);
}

function columnsOf(database: DatabaseSync, schema: string, table: string): string[] {
  return database
    .prepare('select name from pragma_table_info(?, ?)')
    .all(table, schema)
    .map(({ name }) => String(name));
}

function namesIn(database: DatabaseSync, schema: string): string[] {
  const tables = database.prepare(
    `select name from ${schema}.sqlite_master where type = 'table' and name not like 'sqlite_%'`,
  );
  return tables.all().map(({ name }) => String(name));
}
