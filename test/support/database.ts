/**
 * Where the tests of the server keep their data: a file of SQLite, or, if `SKEP_TEST_POSTGRES` is the address of a
 * PostgreSQL server whose role may create databases, a database there.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Client } from 'pg';
import { systemClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { Database } from '../../src/server/db/database.ts';

/** Address of the server; undefined: SQLite alone is tested. */
const POSTGRES = process.env.SKEP_TEST_POSTGRES || undefined;

/** For tests that need one: why they are skipped, or false. */
export const NO_POSTGRES = POSTGRES === undefined && 'SKEP_TEST_POSTGRES names no PostgreSQL server';

export interface Place {
  /** For `Database.open`. */
  readonly location: { readonly path: string } | { readonly url: string };
  remove(): Promise<void>;
}

/** An empty place for one database. */
export async function createPlace(): Promise<Place> {
  if (POSTGRES !== undefined) return createPostgresPlace();
  const directory = mkdtempSync(join(tmpdir(), 'skep-database-'));
  return {
    location: { path: join(directory, 'deep', 'skep.sqlite') },
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

let places = 0;

/** A new database at the server, as it is after the first start of Skep, or with nothing in it. */
export async function createPostgresPlace({ isBlank = false } = {}): Promise<Place & { location: { url: string } }> {
  const template = isBlank ? 'template0' : await templateDatabase();
  const name = `skep_test_${process.pid}_${places++}`;
  await administer(`create database ${name} template ${template}`);
  return {
    location: { url: urlOf(name) },
    remove: async () => {
      await administer(`drop database ${name} with (force)`);
    },
  };
}

/** Runs one statement as the role of `SKEP_TEST_POSTGRES`, and gives its rows. */
export async function administer(statement: string, url = POSTGRES): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

let template: Promise<string> | undefined;

/** Made once for each test file: a copy of a database takes less time than the making of all tables. */
function templateDatabase(): Promise<string> {
  template ??= createTemplate();
  return template;
}

async function createTemplate(): Promise<string> {
  const name = `skep_test_${process.pid}_template`;
  await administer(`create database ${name} template template0`);
  const database = await Database.open({ url: urlOf(name), clock: systemClock, random: systemRandom });
  await database.close();
  return name;
}

after(async () => {
  if (template !== undefined) await administer(`drop database ${await template} with (force)`);
});

function urlOf(name: string): string {
  const url = new URL(POSTGRES as string);
  url.pathname = name;
  return url.href;
}
