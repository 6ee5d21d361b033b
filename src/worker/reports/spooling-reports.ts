import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { LineLog } from '../../core/log.ts';
import type { Spool } from '../../core/spool.ts';
import { bulkEnd } from './parts.ts';
import type { Assignment, EndReport, Heartbeat, HeartbeatAnswer, Reports, StartReport } from './reports.ts';

export interface SpoolingOptions {
  readonly reports: Reports;
  readonly spool: Spool;
  readonly nodename: string;
  readonly clock: Clock;
  readonly log: LineLog;
}

/** Milliseconds for which the server may leave a final report without an answer before it is kept in a file too. */
const PATIENCE = 2000;

/**
 * Keeps final reports in files while they are not answered: whoever ends this worker meanwhile (the cluster at its time
 * limit, a reboot) takes no result with it. The report is repeated all the same; a distributor or the server delivers
 * what is left.
 */
export class SpoolingReports implements Reports {
  readonly #options: SpoolingOptions;

  constructor(options: SpoolingOptions) {
    this.#options = options;
  }

  start(report: StartReport): Promise<Assignment> {
    return this.#options.reports.start(report);
  }

  heartbeat(beats: readonly Heartbeat[]): Promise<HeartbeatAnswer> {
    return this.#options.reports.heartbeat(beats);
  }

  async end(report: EndReport): Promise<string> {
    const { reports, clock } = this.#options;
    const name = `${report.taskInstanceId}-${report.status}`;
    let kept: Promise<void> | undefined;
    const cancel = clock.after(PATIENCE, () => {
      kept = this.#keep(name, report);
    });
    try {
      return await reports.end(report);
    } finally {
      cancel();
      if (kept !== undefined) await kept.then(() => this.#options.spool.drop(name));
    }
  }

  async #keep(name: string, report: EndReport): Promise<void> {
    const { spool, nodename, log } = this.#options;
    try {
      await spool.keep(name, bulkEnd(report, nodename));
    } catch (error) {
      log.warn({ error: messageOf(error), task_instance_id: report.taskInstanceId }, 'A report could not be kept');
    }
  }
}
