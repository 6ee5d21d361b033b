// A type of clusters that starts each task with a program of your choice: nice -n 19, systemd-run --scope, ssh build1 …
// The connection parameter `launcher` names it; every other word of the job's command line follows.
import type { ClusterContext, ClusterDistributor, JobState, StopMode, Submission } from 'skep/cluster';
import { SubmissionRefused, workerCommand } from 'skep/cluster';

/** A job ends with the process that started it, also when that one is killed: its command must not run twice. */
const ENDS_WITH_US = ['setpriv', '--pdeathsig', 'TERM'];

export function createCluster(context: ClusterContext): ClusterDistributor {
  return new LauncherCluster(context);
}

class LauncherCluster implements ClusterDistributor {
  readonly clusterName: string;
  readonly #context: ClusterContext;
  /** What runs, by the id that Skep knows it by. */
  readonly #jobs = new Map<string, { signal(name: NodeJS.Signals): boolean; readonly exited: Promise<unknown> }>();
  #onLost: (ids: readonly string[], message?: string) => void = () => {};

  constructor(context: ClusterContext) {
    this.#context = context;
    this.clusterName = context.clusterName;
  }

  /** Nothing is left of earlier runs: their jobs ended with them. */
  async start(): Promise<void> {}

  async submit(submission: Submission): Promise<ReadonlyMap<number, string>> {
    const { connectionParameters, processes, environment } = this.#context;
    const launcher = String(connectionParameters.launcher ?? '')
      .split(' ')
      .filter(Boolean);
    const [program = '', ...words] = [...ENDS_WITH_US, ...launcher, ...workerCommand(submission)];
    const ids = new Map<number, string>();
    for (const { step, taskInstanceId } of submission.steps) {
      // The worker finds its step in these variables, and calls its job by both.
      const variables = { JOB_ID: String(taskInstanceId), ARRAY_STEP_ID: String(step) };
      const request = { program, arguments: words, environment: { ...environment, ...variables }, ownGroup: true };
      const job = await processes.launch(request).catch((error: Error) => {
        throw new SubmissionRefused(`${program} cannot be started: ${error.message}`);
      });
      const id = `${taskInstanceId}_${step}`;
      this.#jobs.set(id, job);
      ids.set(step, id);
      job.exited.then(() => this.#ended(id));
    }
    return ids;
  }

  async states(ids: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    return new Map(ids.map((id) => [id, { kind: this.#jobs.has(id) ? 'running' : 'gone' }]));
  }

  async terminate(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#jobs.get(id)?.signal('SIGTERM');
  }

  /** An earlier distributor of the run had these: they have ended with it. */
  async adopt(jobs: readonly { readonly distributorId: string }[]): Promise<void> {
    const ids = jobs.map(({ distributorId }) => distributorId);
    this.#onLost(ids, 'The distributor that had started it has ended.');
  }

  onLost(listener: (ids: readonly string[], message?: string) => void): void {
    this.#onLost = listener;
  }

  async stop(mode: StopMode): Promise<void> {
    const jobs = [...this.#jobs.values()];
    if (mode === 'kill') for (const job of jobs) job.signal('SIGTERM');
    await Promise.all(jobs.map(({ exited }) => exited));
  }

  #ended(id: string): void {
    this.#jobs.delete(id);
    this.#onLost([id]); // Mostly its worker has told how it went; Skep looks after the others.
  }
}
