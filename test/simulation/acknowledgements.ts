/** What the server has answered to anybody: each status in an answer must have been committed, and must stay so. */
import type { TransportAnswer } from '../../src/api/transport.ts';
import type { RowChange } from './recording.ts';
import type { World } from './world.ts';

interface Claim {
  readonly kind: RowChange['kind'];
  readonly row: number;
  readonly status: string;
}

/** Compares the answer to a request with what was committed. */
export function checkAcknowledged(world: World, url: string, { status, text }: TransportAnswer): void {
  if (status !== 200) return;
  for (const claim of claimsOf(url, JSON.parse(text))) {
    if (world.ledger.hasBeen(claim.kind, claim.row, claim.status)) continue;
    const sentence = `an answer to ${url.slice(0, url.indexOf('?'))} says that ${claim.kind} ${claim.row} is ${claim.status}`;
    world.violate(
      'I6',
      `${sentence}, but that was never committed (it is ${world.ledger.statusOf(claim.kind, claim.row)}).`,
    );
  }
}

type Answer = Readonly<Record<string, never>>;

function* claimsOf(url: string, answer: Answer): Generator<Claim> {
  const { statuses, task_instance, task_instances, tasks_by_status, task_instances_by_status, workflow_run_id } =
    answer;
  if (statuses !== undefined) {
    for (const [row, status] of Object.entries<string>(statuses)) yield { kind: 'instance', row: Number(row), status };
  }
  if (task_instance !== undefined) yield { kind: 'instance', row: task_instance[0], status: task_instance[1] };
  for (const [tuple] of (task_instances ?? []) as [number, string][][]) {
    if (tuple !== undefined) yield { kind: 'instance', row: tuple[0], status: tuple[1] };
  }
  yield* byStatus('task', tasks_by_status);
  yield* byStatus('instance', task_instances_by_status);
  if (workflow_run_id !== undefined && workflow_run_id !== null && answer.status !== undefined) {
    yield { kind: 'run', row: workflow_run_id, status: answer.status };
  }
  const [, run] = /\/workflow_run\/(\d+)\/(?:update_status|log_heartbeat)/.exec(url) ?? [];
  if (run !== undefined && answer.status !== undefined) yield { kind: 'run', row: Number(run), status: answer.status };
  const [, instance] = /\/task_instance\/(\d+)\/log_(?:done|error_worker_node|report_by)\?/.exec(url) ?? [];
  if (instance !== undefined && answer.status !== undefined) {
    yield { kind: 'instance', row: Number(instance), status: answer.status };
  }
}

function* byStatus(kind: Claim['kind'], lists: Readonly<Record<string, number[]>> | undefined): Generator<Claim> {
  for (const [status, rows] of Object.entries(lists ?? {})) for (const row of rows) yield { kind, row, status };
}
