/** A PostgreSQL for one benchmark, which flushes every commit to the disk of the benchmark's directory. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';

const SCRIPT = resolve('scripts/services/postgres.sh');

export class BenchPostgres implements AsyncDisposable {
  readonly #directory: string;
  readonly #url: string;
  #databases = 0;

  /** Undefined where there is none. */
  static start(): BenchPostgres | undefined {
    const directory = mkdtempSync(join(tmpdir(), 'skep-bench-postgres-'));
    chmodSync(directory, 0o755); // Its own user has to reach what lies below.
    mkdirSync(join(directory, 'services'));
    try {
      script(directory, 'start');
      return new BenchPostgres(directory, /=(postgres:.*)/.exec(script(directory, 'env'))?.[1] ?? '');
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      console.error(`PostgreSQL is not measured: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`);
      return undefined;
    }
  }

  private constructor(directory: string, url: string) {
    this.#directory = directory;
    this.#url = url;
  }

  /** The address of a new database. */
  async create(): Promise<string> {
    const name = `bench_${this.#databases++}`;
    const client = new Client({ connectionString: this.#url });
    await client.connect();
    await client.query(`create database ${name} template template0`);
    await client.end();
    return new URL(name, this.#url).href;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    script(this.#directory, 'clean');
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function script(directory: string, verb: string): string {
  const env = { ...process.env, SERVICES_DIR: join(directory, 'services') };
  return execFileSync(SCRIPT, [verb], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
