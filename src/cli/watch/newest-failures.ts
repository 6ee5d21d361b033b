import type { Caller } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import type { Clock } from '../../core/clock.ts';
import { explainFailures, type Failure } from '../run/failures.ts';
import type { Progress } from './view.ts';

/** Failures of which the error is asked for. */
const ASKED = 20;
/** Milliseconds between two questions while tasks go on failing: they cost the server more than a look. */
const LEAST_PAUSE = 2000;

/** The newest tasks that failed for good, asked again when their number has changed. */
export class NewestFailures {
  readonly #clock: Clock;
  #failures: readonly Failure[] = [];
  #count = 0;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async of(progress: Progress, caller: Caller): Promise<readonly Failure[]> {
    const { workflow_id: id, counts, live } = progress.workflow;
    const now = this.#clock.monotonic();
    if (counts.FATAL === this.#count || (live && now - this.#asked < LEAST_PAUSE)) return this.#failures;
    const { tasks } = await caller.call(routes.searchTasks, {
      params: { workflow_id: id },
      query: { status: ['FATAL'], sort: 'status_changed', descending: true, limit: ASKED },
    });
    this.#failures = await explainFailures(
      caller,
      tasks.map(({ task_id, name }) => ({ id: task_id, name })),
    );
    this.#asked = now;
    this.#count = counts.FATAL;
    return this.#failures;
  }
}
