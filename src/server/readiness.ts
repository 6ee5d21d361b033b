/** Whether the server should get requests now, as load balancers and orchestrators ask. */
import { messageOf } from '../core/errors.ts';
import { migrationState } from './db/migrate.ts';
import type { Services } from './handler.ts';

/** Fixed words, because everybody may ask: what exactly is wrong goes to the log. */
export type Unreadiness =
  | 'draining'
  | 'database_unreachable'
  | 'database_not_writable'
  | 'migrations_missing'
  | 'migrations_unknown';

/** Milliseconds after which a database that gives no answer counts as unreachable. Those who ask wait a second or two. */
const PATIENCE = 2000;
/** Milliseconds for which an answer holds: everybody may ask, and each look writes a page to the disk. */
const LASTS = 1000;

export class Readiness {
  readonly #services: Pick<Services, 'database' | 'clock' | 'log' | 'pictures'>;
  #isDraining = false;
  #told: Unreadiness | undefined;

  constructor(services: Pick<Services, 'database' | 'clock' | 'log' | 'pictures'>) {
    this.#services = services;
  }

  /** The server is about to end: from now on it is not ready. */
  drain(): void {
    this.#isDraining = true;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Undefined: it is ready. Never rejects. */
  async problem(): Promise<Unreadiness | undefined> {
    if (this.#isDraining) return 'draining';
    const { pictures, clock } = this.#services;
    const problem = await pictures.take({
      name: 'readiness',
      since: clock.monotonic() - LASTS,
      draw: () => this.#inspect(),
    });
    return this.#isDraining ? 'draining' : problem;
  }

  async #inspect(): Promise<Unreadiness | undefined> {
    const over = new AbortController();
    const late = this.#services.clock.sleep(PATIENCE, over.signal).then(() => {
      throw new Error(`no answer within ${PATIENCE} ms`);
    });
    let step: Unreadiness = 'database_unreachable';
    const look = async () => {
      const { database } = this.#services;
      const state = await database.read(({ db }) => migrationState(db));
      if (state !== 'current') return `migrations_${state}` as const;
      step = 'database_not_writable';
      await database.write(({ db }) =>
        db
          .updateTable('skep_setting')
          .set(({ ref }) => ({ value: ref('value') }))
          .where('name', '=', 'database_id')
          .execute(),
      );
      return undefined;
    };
    try {
      const problem = await Promise.race([look(), late]);
      this.#tell(problem, undefined);
      return problem;
    } catch (error) {
      this.#tell(step, error);
      return step;
    } finally {
      late.catch(() => {});
      over.abort();
    }
  }

  /** Each change once, not each look. */
  #tell(problem: Unreadiness | undefined, error: unknown): void {
    if (problem === this.#told) return;
    this.#told = problem;
    const { log } = this.#services;
    if (problem === undefined) log.info('The server is ready again');
    else log.error({ problem, ...(error !== undefined && { error: messageOf(error) }) }, 'The server is not ready');
  }
}
