/** A process launcher whose distributor lives inside the test: it runs nothing, and reports as a test wants it. */
import { PassThrough } from 'node:stream';
import type { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import { type ProcessEnd, type ProcessLauncher, systemProcesses } from '../../src/core/process.ts';

/** How an attempt at the task of this name ends; undefined: it goes on for ever. */
export type Play = (taskName: string, attempt: number) => 'D' | 'E' | 'Z' | undefined;

export interface Player extends ProcessLauncher {
  /** Names of the tasks in the order in which their attempts were started. */
  readonly started: string[];
  /** Ends the distributor as if it had crashed. */
  crash(): void;
}

export function playingDistributor(requester: Requester, play: Play): Player {
  const started: string[] = [];
  let end: (how: ProcessEnd) => void = () => {};
  return {
    started,
    crash: () => end({ code: 1, signal: null }),
    identify: systemProcesses.identify,
    async launch(request) {
      const workflowRunId = Number(request.arguments[request.arguments.indexOf('--workflow_run_id') + 1]);
      const stderr = new PassThrough();
      const stopped = new AbortController();
      const exited = new Promise<ProcessEnd>((resolve) => {
        end = (how) => {
          stopped.abort();
          stderr.end();
          resolve(how);
        };
      });
      const isStopped = () => stopped.signal.aborted;
      playRun(requester, workflowRunId, { play, started, stderr, signal: stopped.signal }).catch((error: unknown) => {
        if (!isStopped()) stderr.write(String(error));
        end({ code: 1, signal: null });
      });
      return {
        pid: process.pid,
        stdin: null,
        stdout: null,
        stderr,
        exited,
        closed: exited,
        signal(name) {
          if (isStopped()) return false;
          if (name === 'SIGTERM') stderr.write('SHUTDOWN');
          end({ code: 0, signal: null });
          return true;
        },
      };
    },
  };
}

interface Stage {
  readonly play: Play;
  readonly started: string[];
  readonly stderr: PassThrough;
  readonly signal: AbortSignal;
}

async function playRun(requester: Requester, workflowRunId: number, stage: Stage): Promise<void> {
  const params = { workflow_run_id: workflowRunId };
  for (const status of ['I', 'O']) {
    await requester.call(routes.updateWorkflowRunStatus, { params, body: { status } });
  }
  stage.stderr.write('ALIVE');
  for (let cursor = 0; ; ) {
    const body = { cursor, wait_seconds: 10 };
    const news = await requester.call(routes.getTaskInstanceChanges, { params, body }, { signal: stage.signal });
    cursor = news.cursor;
    const queued = news.task_instances_by_status.Q ?? [];
    if (queued.length > 0) await playBatch(requester, queued, stage);
  }
}

async function playBatch(requester: Requester, ids: number[], { play, started }: Stage): Promise<void> {
  await requester.call(routes.instantiateTaskInstances, { body: { task_instance_ids: ids } });
  const { task_instances: rows } = await requester.call(routes.startTaskInstances, {
    body: {
      nodename: 'stage',
      process_group_id: process.pid,
      next_report_increment: 60,
      task_instances: ids.map((id) => ({ task_instance_id: id, distributor_id: null })),
    },
  });
  const ends = rows.flatMap(([[id, , , , name]]) => {
    started.push(name);
    const attempt = started.filter((each) => each === name).length;
    const status = play(name, attempt);
    return status ? [{ task_instance_id: id, status, error_description: `${name} failed at attempt ${attempt}` }] : [];
  });
  if (ends.length > 0) await requester.call(routes.endTaskInstances, { body: { task_instances: ends } });
}
