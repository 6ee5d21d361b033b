/** The real parts of a worker process, put together in one place. */
import { hostname } from 'node:os';
import { capabilitiesOf } from '../api/capabilities.ts';
import { databaseNameOf } from '../api/connect.ts';
import type { Requester } from '../api/requester.ts';
import { parseTraceparent, TRACE_VARIABLE } from '../api/tracing/span-context.ts';
import type { Tracer } from '../api/tracing/tracer.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { LineLog } from '../core/log.ts';
import { type Machine, systemMachine } from '../core/machine.ts';
import type { ProcessLauncher } from '../core/process.ts';
import { instanceIncrement } from '../core/report-increments.ts';
import { type Spool, spoolFor } from '../core/spool.ts';
import type { AttemptParts } from './attempt.ts';
import { Heartbeats } from './heartbeats.ts';
import type { CommandLauncher } from './launch/launcher.ts';
import { BulkReports } from './reports/bulk-reports.ts';
import { untilAnswered } from './reports/persist.ts';
import { SingleReports } from './reports/single-reports.ts';
import { SpoolingReports } from './reports/spooling-reports.ts';
import { ShownOutput } from './shown-output.ts';
import { UsageSampler } from './usage.ts';

export interface WorkerParts {
  readonly config: Config;
  readonly requester: Requester;
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly log: LineLog;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processId: number;
  /** Makes spans of attempts. Default: nobody does. */
  readonly tracer?: Tracer | undefined;
  /** Where final reports wait for a server that is away. Default: in this user's data directory. */
  readonly spool?: Spool | undefined;
  /** Default: the machine that we are on. */
  readonly machine?: Machine | undefined;
}

/** Asks the server what it can do, for as long as it takes, and chooses the way of reporting by it. */
export async function attemptParts(
  parts: WorkerParts,
  launcher: CommandLauncher,
  { waitsForOnlookers }: { waitsForOnlookers: boolean },
): Promise<AttemptParts> {
  const { config, requester, clock, processes, log, processId, machine = systemMachine } = parts;
  const { heartbeat, http, worker_node } = config;
  const capabilities = await untilAnswered(() => capabilitiesOf(requester), clock, log);
  const reportParts = {
    requester,
    clock,
    log,
    nodename: hostname(),
    processId,
    reportIncrement: instanceIncrement(heartbeat),
  };
  const database = await databaseNameOf(requester, http);
  const reports = new SpoolingReports({
    ...reportParts,
    reports: capabilities === undefined ? new SingleReports(reportParts) : new BulkReports(reportParts),
    spool: parts.spool ?? spoolFor(config, database),
  });
  const shown = capabilities === undefined ? undefined : new ShownOutput({ ...reportParts, waits: waitsForOnlookers });
  const onWatched = (ids: readonly number[]) => shown?.watch(ids);
  return {
    reports,
    heartbeats: new Heartbeats({ reports, interval: heartbeat.task_instance_interval, clock, log, onWatched }),
    shown,
    command: {
      clock,
      launcher,
      sampler: new UsageSampler(clock, () => machine.processes()),
      interruptTimeout: worker_node.command_interrupt_timeout,
      machine,
    },
    log,
    trace: parts.tracer && { tracer: parts.tracer, parent: parseTraceparent(parts.environment[TRACE_VARIABLE]) },
    database,
    supervisor: processes.identify(processId) ?? String(processId),
  };
}
