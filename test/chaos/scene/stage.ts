/** Where one scene takes place: a data directory, a journal, and the processes of Skep on it. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { killAll, processesOf } from '../../e2e/processes.ts';
import { type Ended, Workbench } from '../../e2e/skep.ts';
import { findRole } from '../kill/kill-role.ts';
import { countsFile, type KillOrder, killedFile, orderEnvironment, type Role } from '../kill/order.ts';
import type { ShapeName } from './shapes.ts';

const WORKFLOW = resolve(import.meta.dirname, 'shapes.workflow.ts');
const BATCH_CLIENT = resolve(import.meta.dirname, '../batch/client.ts');

/**
 * Heartbeats and searches as short as a scene. A deadline of four seconds is what a busy machine keeps easily; only a few
 * points need one.
 */
export const HASTE = {
  SKEP__HEARTBEAT__WORKFLOW_RUN_INTERVAL: '1',
  SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL: '1',
  SKEP__HEARTBEAT__REPORT_BY_BUFFER: '4',
  SKEP__REAPER__POLL_INTERVAL_MINUTES: '0.005',
  SKEP__DISTRIBUTOR__POLL_INTERVAL: '0.5',
  SKEP__WORKER_NODE__COMMAND_INTERRUPT_TIMEOUT: '1',
};

/** A deadline of 1.5 seconds, for disasters that last for several of them. */
export const SHORT_DEADLINE = {
  SKEP__HEARTBEAT__WORKFLOW_RUN_INTERVAL: '0.5',
  SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL: '0.5',
  SKEP__HEARTBEAT__REPORT_BY_BUFFER: '3',
};

/**
 * Who serves: a long-lived server that clients are configured for, one that they find by the data directory (and whose
 * place they take while it is down), or the client itself.
 */
export type Serving = 'configured' | 'found' | 'client';

export interface StageOptions {
  readonly shape: ShapeName;
  readonly serving: Serving;
  /** Runs each task with a worker process of its own. Default: one supervisor for all. */
  readonly single?: boolean;
  /** How long each task sleeps, in seconds. */
  readonly seconds?: number;
  /** Who is killed where; `count`: nobody, but the points are counted. Default: nobody. */
  readonly kill?: KillOrder | 'count';
  /** More variables for every process. */
  readonly environment?: Readonly<Record<string, string>>;
}

export class Stage {
  readonly shape: ShapeName;
  readonly serving: Serving;
  readonly bench: Workbench;
  readonly #single: boolean;
  /** Commands that have run the workflow. */
  runs = 0;
  #afterwards: () => unknown = () => {};

  constructor({ shape, serving, single = false, seconds = 0.05, kill, environment = {} }: StageOptions) {
    this.shape = shape;
    this.serving = serving;
    this.#single = single;
    this.bench = new Workbench({
      after: (action) => {
        this.#afterwards = action as () => unknown;
      },
    });
    const { directory } = this.bench;
    mkdirSync(join(directory, 'locks'));
    const order = kill === 'count' ? undefined : kill;
    const orders = kill === undefined ? {} : orderEnvironment({ directory, kill: order });
    // Of a dead worker nothing but its silence tells.
    const deadline = single ? SHORT_DEADLINE : {};
    Object.assign(this.bench.environment, HASTE, deadline, orders, environment, {
      SHAPE: shape,
      STAGE: directory,
      TASK_SECONDS: String(seconds),
    });
  }

  get directory(): string {
    return this.bench.directory;
  }

  /** Runs the workflow; what went before is resumed. */
  run(): Promise<Ended> {
    const resume = this.runs > 0;
    this.runs++;
    const words = resume ? ['--resume'] : [];
    if (this.#single) return this.bench.startProgram(BATCH_CLIENT, ...words).ended;
    return this.bench.run('run', WORKFLOW, ...words);
  }

  /** Clients use this server from now on, whoever else serves the data. */
  configure(url: string): void {
    const file = join(this.bench.dataDirectory, 'token');
    Object.assign(this.bench.environment, { SKEP__HTTP__SERVICE_URL: url, SKEP__HTTP__TOKEN_FILE: file });
  }

  /** Asks for the status of the workflow, which has to find nothing in its way. */
  status(): Promise<Ended> {
    Object.assign(this.bench.environment, { SKEP__HTTP__SERVICE_URL: '', SKEP__HTTP__TOKEN_FILE: '' });
    return this.bench.run('workflow', 'status', '-w', '1', '--json');
  }

  /** What was killed at which point; undefined as long as nothing was. */
  get killed(): string | undefined {
    return this.#read(killedFile(this.directory))?.trim();
  }

  /** The points that processes which ended in order have passed, the most of each role. */
  get points(): ReadonlyMap<Role, number> {
    const points = new Map<Role, number>();
    for (const line of (this.#read(countsFile(this.directory)) ?? '').trim().split('\n')) {
      const [role, count] = line.split(' ') as [Role, string];
      points.set(role, Math.max(points.get(role) ?? 0, Number(count)));
    }
    return points;
  }

  get journal(): string {
    return this.#read(join(this.directory, 'journal')) ?? '';
  }

  /** The processes of one role that live now. */
  playing(role: Role): number[] {
    return findRole(this.bench, role);
  }

  processes(): number[] {
    return processesOf(this.bench);
  }

  /** Ends whatever lives yet and removes every file. */
  strike(): void {
    killAll(this.bench);
    this.#afterwards();
  }

  #read(path: string): string | undefined {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }
}
