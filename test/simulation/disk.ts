/** The disk of the simulated server: what was committed stays, whatever happens to the process. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Database } from '../../src/server/db/database.ts';
import { openSqlite } from '../../src/server/db/sqlite/dialect.ts';
import { SeededRandom } from './random.ts';
import { PRESENT, type PresentRow, RECORDED, type RowChange, recordingTriggers } from './recording.ts';

/** Memory where there is a file system in it: the histories need no real disk. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
let template: Promise<string> | undefined;

/** A directory for the databases of this process, and in it an empty database, brought up to date once. */
function templateDatabase(): Promise<string> {
  template ??= createTemplate();
  return template;
}

async function createTemplate(): Promise<string> {
  const directory = mkdtempSync(join(PLACE, 'skep-simulation-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'template', 'skep.sqlite');
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {}, after: () => () => {} };
  const database = await Database.open({ path, clock, random: new SeededRandom('database') });
  await database.close();
  const sqlite = openSqlite({ path, readOnly: false });
  sqlite.exec(recordingTriggers());
  // Its own name of the type of cluster that the simulation adds, and machines of three cores whatever runs the test.
  sqlite.exec(`
    insert into cluster_type (id, name) values (10, 'batch');
    insert into cluster (id, name, cluster_type_id) values (10, 'batch', 10);
    insert into queue (id, name, cluster_id, parameters) values (10, 'null.q', 10, '{"cores": (1,20)}');
    -- Known limit: each request makes a version, as peers expect, so a late copy of the first one leaves two.
    insert into tool (id, name) values (1, 'simulation');
    insert into tool_version (id, tool_id) values (1, 1);
    update cluster set connection_parameters = '{"parallelism": 3}' where name = 'multiprocess';
    pragma wal_checkpoint(truncate);`);
  sqlite.close();
  return path;
}

export interface DiskWatch {
  /** Called before each statement; true: the server dies before it is carried out. */
  readonly dies: () => boolean;
  /** Called as soon as a transaction is committed, before anybody else can know. */
  readonly onCommit: (changes: readonly RowChange[]) => void;
}

export class Disk {
  readonly path: string;
  readonly #watch: DiskWatch;
  readonly #connections = new Set<Connection>();
  #seen = 0;

  static async create(watch: DiskWatch): Promise<Disk> {
    const empty = await templateDatabase();
    const directory = mkdtempSync(join(dirname(dirname(empty)), 'history-'));
    mkdirSync(directory, { recursive: true });
    const path = join(directory, 'skep.sqlite');
    copyFileSync(empty, path);
    return new Disk(path, watch);
  }

  private constructor(path: string, watch: DiskWatch) {
    this.path = path;
    this.#watch = watch;
  }

  /** Opens a connection of the server, which {@link pullOut} closes. */
  readonly open: typeof openSqlite = (options) => {
    const sqlite = openSqlite(options);
    let recorded: StatementSync | undefined;
    const connection = new Connection(sqlite, {
      dies: () => !options.readOnly && this.#watch.dies(),
      committed: () => {
        recorded ??= sqlite.prepare(RECORDED);
        this.#note(recorded.all(this.#seen) as unknown as RowChange[]);
      },
    });
    this.#connections.add(connection);
    return connection as unknown as DatabaseSync;
  };

  /** The statuses that are on the disk, while no server is. */
  present(): PresentRow[] {
    const sqlite = openSqlite({ path: this.path, readOnly: false });
    const rows = sqlite.prepare(PRESENT).all() as unknown as PresentRow[];
    sqlite.close();
    return rows;
  }

  /** The server is dead: its connections are gone, and with them what was not committed. */
  pullOut(): void {
    for (const connection of this.#connections) connection.abandon();
    this.#connections.clear();
  }

  remove(): void {
    this.pullOut();
    rmSync(dirname(this.path), { recursive: true, force: true });
  }

  #note(changes: readonly RowChange[]): void {
    if (changes.length === 0) return;
    this.#seen = changes.at(-1)?.id ?? this.#seen;
    this.#watch.onCommit(changes);
  }
}

interface ConnectionWatch {
  readonly dies: () => boolean;
  readonly committed: () => void;
}

/** The part of a connection that the server uses; it fails for ever when its process is dead. */
class Connection {
  readonly #sqlite: DatabaseSync;
  readonly #watch: ConnectionWatch;
  #isDead = false;

  constructor(sqlite: DatabaseSync, watch: ConnectionWatch) {
    this.#sqlite = sqlite;
    this.#watch = watch;
  }

  get isTransaction(): boolean {
    return !this.#isDead && this.#sqlite.isTransaction;
  }

  prepare(sql: string): Pick<StatementSync, 'columns' | 'all' | 'run'> {
    this.#check();
    const statement = this.#sqlite.prepare(sql);
    const carryOut = <Result>(action: () => Result): Result => {
      this.#check();
      const result = action();
      if (sql === 'commit') this.#watch.committed();
      return result;
    };
    return {
      columns: () => statement.columns(),
      all: ((...values: never[]) => carryOut(() => statement.all(...values))) as StatementSync['all'],
      run: ((...values: never[]) => carryOut(() => statement.run(...values))) as StatementSync['run'],
    };
  }

  close(): void {
    if (!this.#isDead) this.#sqlite.close();
    this.#isDead = true;
  }

  abandon(): void {
    this.close();
  }

  #check(): void {
    if (this.#isDead || this.#watch.dies()) throw new Error('the process of this connection is dead');
  }
}
