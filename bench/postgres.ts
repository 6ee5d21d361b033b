/**
 * The same work on PostgreSQL and, as the yardstick, on SQLite: binding over HTTP, building the swarm, and durable status
 * changes in batches, these by one server and by two servers of one database.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { sql } from 'kysely';
import { SwarmBuilder } from '../src/client/swarm/builder.ts';
import { systemClock } from '../src/core/clock.ts';
import { systemRandom } from '../src/core/random.ts';
import { Database } from '../src/server/db/database.ts';
import { benchmark } from './framework/benchmark.ts';
import { BenchPostgres } from './framework/postgres.ts';
import { launchAll, reportAll } from './framework/reports.ts';
import { BenchServer } from './framework/server.ts';

const EDGES = 3;

/** What one workflow took: seconds, and status changes a second by one server and by two. */
interface Measured {
  readonly bind: number;
  readonly build: number;
  readonly byOne: number;
  readonly byTwo: number;
}

/** A database, and the servers that are started on it. */
interface Place {
  readonly location: { readonly path: string } | { readonly url: string };
  start(server: number): Promise<BenchServer>;
}

await benchmark(async ({ directory, repeats, size, add }) => {
  await using postgres = BenchPostgres.start();
  if (postgres === undefined) return;
  const onSqlite = (round: number): Place => {
    const data = join(directory, `sqlite-${round}`);
    return { location: { path: join(data, 'skep.sqlite') }, start: () => BenchServer.start(data) };
  };
  const onPostgres = async (round: number): Promise<Place> => {
    const url = await postgres.create();
    const start = (server: number) =>
      BenchServer.start(join(directory, `postgres-${round}-${server}`), { SKEP__DATABASE__URL: url });
    return { location: { url }, start };
  };
  const tasks = size(40_000);
  const sqlite: Measured[] = [];
  const measured: Measured[] = [];
  for (let round = 0; round < repeats; round++) {
    sqlite.push(await measure(onSqlite(round), tasks, 1));
    measured.push(await measure(await onPostgres(round), tasks, 2));
  }
  const valuesOf = (all: readonly Measured[], key: keyof Measured) => all.map((one) => one[key]);
  const compared = (work: string, key: keyof Measured, unit: string, reach: string) => {
    const yardstick = { name: 'SQLite', values: valuesOf(sqlite, key), unit };
    add({ work, values: valuesOf(measured, key), unit, reach, yardstick });
  };
  const count = tasks.toLocaleString('en');
  compared(`PostgreSQL: bind ${count} tasks with ${EDGES} edges each`, 'bind', 's', '≤ 1.5 × SQLite');
  compared(`PostgreSQL: build the swarm of ${count} tasks`, 'build', 's', '≤ 1.5 × SQLite');
  compared('PostgreSQL: status changes, one server', 'byOne', '/s', '≥ 10,000 /s');
  add({
    work: 'PostgreSQL: status changes, two servers of one database',
    values: valuesOf(measured, 'byTwo'),
    unit: '/s',
    reach: '≥ 1.5 × one server, where there are cores for both',
    yardstick: { name: 'one server', values: valuesOf(measured, 'byOne'), unit: '/s' },
  });
});

/** The first half of the tasks is reported to one server, the other to so many `servers`. */
async function measure(place: Place, tasks: number, servers: 1 | 2): Promise<Measured> {
  await using first = await place.start(0);
  const bound = await bindAndBuild(place, first, tasks);
  await launchAll(place.location);
  const ids = Array.from({ length: tasks }, (_, index) => index + 1);
  const byOne = await report([first, first], ids.slice(0, tasks / 2));
  if (servers === 1) return { ...bound, byOne, byTwo: Number.NaN };
  await using second = await place.start(1);
  return { ...bound, byOne, byTwo: await report([first, second], ids.slice(tasks / 2)) };
}

/** Status changes a second, when each of two requesters reports its half to its server. */
async function report(servers: readonly [BenchServer, BenchServer], ids: readonly number[]): Promise<number> {
  const requesters = servers.map((server) => server.requester());
  const since = performance.now();
  await Promise.all(
    requesters.map((requester, share) => {
      const part = ids.filter((id) => id % 2 === share);
      return reportAll(requester, part);
    }),
  );
  const seconds = (performance.now() - since) / 1000;
  for (const requester of requesters) await requester.close();
  return (2 * ids.length) / seconds;
}

async function bindAndBuild(place: Place, server: BenchServer, tasks: number) {
  const words = [resolve('bench/programs/binding-client.ts'), server.url, server.token, tasks, EDGES].map(String);
  const { seconds: bind } = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as {
    seconds: number;
  };
  await addRun(place);
  const requester = server.requester();
  const builder = new SwarmBuilder(requester, 1, { heartbeatInterval: 30, initialStatus: 'L' });
  const since = performance.now();
  await builder.buildFromWorkflowId(1);
  const build = (performance.now() - since) / 1000;
  await requester.close();
  if (builder.tasks.size !== tasks) throw new Error(`The swarm has ${builder.tasks.size} tasks.`);
  return { bind, build };
}

async function addRun({ location }: Place): Promise<void> {
  const database = await Database.open({ ...location, clock: systemClock, random: systemRandom });
  await database.write(({ db, now }) =>
    sql`insert into workflow_run (workflow_id, "user", jobmon_version, status, created_date, status_date, heartbeat_date)
      values (1, 'bench', '3.6.0', 'L', ${now}, ${now}, ${now + 3_600_000})`.execute(db),
  );
  await database.close();
}
