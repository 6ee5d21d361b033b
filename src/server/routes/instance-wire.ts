/** Task instances as the wire writes them. Source: http-fsm §12.1, §12.5. */
import type { Static } from 'typebox';
import type { Usage } from '../../api/routes/extensions.ts';
import type { InstantiatedBatch } from '../operations/batches.ts';
import type { InstanceAttributes } from '../operations/instance-writes.ts';
import type { ReportOutcome } from '../operations/reports.ts';
import { readResources } from '../operations/resources-text.ts';
import type { Assignment } from '../operations/task-instances.ts';

type Tuple = [number, string, number, number, string, string, number, string | null, string | null];

/** `[id, status, run id, task id, task name, command, workflow id, stdout directory, stderr directory]` */
export function taskInstanceTuple(found: Assignment): Tuple {
  const { stdout, stderr } = readResources(found.resources);
  return [
    found.id,
    found.status,
    found.workflowRunId,
    found.taskId,
    found.taskName,
    found.command,
    found.workflowId,
    directoryOf(stdout),
    directoryOf(stderr),
  ];
}

type BatchTuple = [number, string, number, number, number[], number[]];

/** `[array id, array name, batch number, resources id, [task instance ids], [step ids]]` */
export function batchTuple({ arrayId, arrayName, batch, taskResourcesId, instances }: InstantiatedBatch): BatchTuple {
  const ids = instances.map(({ id }) => id);
  const steps = instances.map(({ step }) => step);
  return [arrayId, arrayName, batch, taskResourcesId, ids, steps];
}

function directoryOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Fields that accompany the end of an attempt, as the routes declare them. */
interface EndFields {
  readonly stdout?: string | null | undefined;
  readonly stderr?: string | null | undefined;
  readonly stdout_log?: string | null | undefined;
  readonly stderr_log?: string | null | undefined;
  readonly nodename?: string | null | undefined;
  readonly distributor_id?: string | number | null | undefined;
}

export function endAttributes(fields: EndFields): InstanceAttributes {
  const { stdout, stderr, stdout_log, stderr_log, nodename, distributor_id } = fields;
  return { stdout, stderr, stdout_log, stderr_log, nodename, distributor_id: distributorText(distributor_id) };
}

/** Clusters name their jobs by numbers or by text; the column holds text. */
export function distributorText(id: string | number | null | undefined): string | null {
  return id === null || id === undefined ? null : String(id);
}

/** Instance id → the status that it has now. */
export function statusesOf(outcomes: ReadonlyMap<number, ReportOutcome>): Record<string, string> {
  return Object.fromEntries([...outcomes].map(([id, { after }]) => [id, after]));
}

/** Usage as the columns hold it: numbers as text, seconds and whole bytes. */
export function usageColumns(usage: Static<typeof Usage> | undefined) {
  if (usage === undefined) return {};
  const text = (value: number | null) => (value === null ? null : String(value));
  const maxrss = usage.maxrss === null ? null : Math.round(usage.maxrss);
  return { wallclock: text(usage.wallclock), cpu: text(usage.cpu), maxrss: text(maxrss) };
}
