/** A real Slurm for one benchmark: two declared nodes with eight cores each, on the cores that there are. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPT = resolve('scripts/services/slurm.sh');
/** Beside the ports of a cluster that tests use. */
const PORT = '18800';

export class BenchSlurm implements Disposable {
  readonly #directory: string;
  /** Variables by which Slurm's commands find it. */
  readonly environment: Readonly<Record<string, string>>;

  /** Undefined where there is none, or none is wanted. */
  static start(): BenchSlurm | undefined {
    if (process.env.SLURM === 'none') {
      console.error('Slurm is not measured: SLURM=none leaves it out.');
      return undefined;
    }
    const directory = mkdtempSync(join(tmpdir(), 'skep-bench-slurm-'));
    chmodSync(directory, 0o755); // Its own users have to reach what lies below.
    mkdirSync(join(directory, 'services'));
    try {
      script(directory, 'start');
      const [, configuration = ''] = /SLURM_CONF=(\S+)/.exec(script(directory, 'env')) ?? [];
      return new BenchSlurm(directory, { SLURM_CONF: configuration });
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      console.error(`Slurm is not measured: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`);
      return undefined;
    }
  }

  private constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.environment = environment;
  }

  /** Jobs start, or are only accepted. */
  open(isOpen: boolean): void {
    this.run('scontrol', ['update', 'PartitionName=normal', `State=${isOpen ? 'UP' : 'DOWN'}`]);
  }

  /** A command of Slurm. @returns what it prints */
  run(program: string, words: readonly string[], input?: string): string {
    const env = { ...process.env, ...this.environment };
    return execFileSync(program, words, { env, encoding: 'utf8', ...(input !== undefined && { input }) });
  }

  /** Ends all jobs. */
  reset(): void {
    script(this.#directory, 'reset');
  }

  [Symbol.dispose](): void {
    script(this.#directory, 'clean');
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function script(directory: string, verb: string): string {
  const env = {
    ...process.env,
    SERVICES_DIR: join(directory, 'services'),
    CLUSTER_PORT: PORT,
    CLUSTER_SLURMD_TIMEOUT: '300', // Its nodes have no cores of their own, and answer late while they are all busy.
  };
  return execFileSync(SCRIPT, [verb], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
