/**
 * What workers and distributors report about task instances: one operation for one report and for a thousand. Source:
 * http-fsm §12.
 */
import type { TaskInstanceStatus } from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { WriteUnit } from '../db/unit.ts';
import { decideInstance } from '../transitions/instance.ts';
import { type InstanceRow, readInstances } from './instance-rows.ts';
import { type InstanceAttributes, type InstanceWrite, writeInstances } from './instance-writes.ts';

/** What one report wants of its instance. */
export interface Report {
  /** The status asked for, any text; undefined: none. */
  readonly requested?: string | undefined;
  /** Stored even when the status is refused. */
  readonly attributes?: InstanceAttributes;
  /** Logged if the instance moves. */
  readonly error?: string | undefined;
  /** The attempt failed through no fault of its task: its try is given back. */
  readonly sparesTry?: boolean;
}

export interface ReportOutcome {
  readonly before: TaskInstanceStatus;
  readonly after: TaskInstanceStatus;
  readonly moved: boolean;
}

/**
 * Applies one report to each of the instances `ids`; `reportOf` sees the instance as it is now.
 * @returns what became of each instance that exists; the others are absent.
 */
export async function applyReports(
  unit: WriteUnit,
  ids: readonly number[],
  reportOf: (row: InstanceRow) => Report,
): Promise<Map<number, ReportOutcome>> {
  const rows = await readInstances(unit.db, (query) => query.where('task_instance.id', 'in', idsOf(ids)));
  const writes = rows.map((row): InstanceWrite => {
    const { requested, attributes, error, sparesTry } = reportOf(row);
    const move = requested === undefined ? undefined : decideInstance(row, requested, sparesTry);
    return { row, move, ...(attributes && { attributes }), error };
  });
  const moved = await writeInstances(unit, writes);
  return new Map(
    writes.map(({ row, move }) => {
      const after = move !== undefined && moved.has(row.id) ? move.instance : row.status;
      return [row.id, { before: row.status, after, moved: moved.has(row.id) }];
    }),
  );
}

/** What a worker that is about to start its command asks for, by the status of its instance. Source: http-fsm §12.1. */
const ON_START: Readonly<Partial<Record<TaskInstanceStatus, TaskInstanceStatus>>> = {
  I: 'R',
  O: 'R',
  T: 'R',
  K: 'F',
  X: 'E',
};

/** The process that comes to start the command of an attempt. */
export interface Starter {
  readonly nodename?: string | null | undefined;
  readonly process_group_id: number;
}

/**
 * A worker is about to start the command: in R it may, in any other status it must not, and neither while another worker
 * has the attempt. Two come where a batch system took one submission twice, or started a job again.
 */
export function startReport(
  row: InstanceRow,
  attributes: InstanceAttributes & Pick<Starter, 'process_group_id'>,
): Report {
  const { status } = row;
  if (isAnothers(row, attributes)) return {};
  const refused = status === 'K' || status === 'X';
  const error = refused
    ? `The worker came to start the command, but the attempt had been given up (${status}).`
    : undefined;
  return { requested: ON_START[status], attributes, error };
}

/** Whether an attempt that goes on is in the hands of another worker than the one that asks. */
export function isAnothers(
  { status, nodename, processGroupId }: Pick<InstanceRow, 'status' | 'nodename' | 'processGroupId'>,
  starter: Starter,
): boolean {
  if ((status !== 'R' && status !== 'T') || processGroupId === null) return false;
  return processGroupId !== starter.process_group_id || nodename !== (starter.nodename ?? nodename);
}

/** A sign of life of a running command: it ends a triage. Source: http-fsm §12.2. */
export function heartbeatReport({ status }: InstanceRow, attributes: InstanceAttributes): Report {
  return { requested: status === 'T' ? 'R' : undefined, attributes };
}

/** A command has ended: D, or the letter of its failure with a description. Source: http-fsm §12.5, §12.6. */
export function endReport(status: string, attributes: InstanceAttributes, description?: string): Report {
  return { requested: status, attributes, error: status === 'D' ? undefined : description };
}
