import type { AttemptRow } from '../operations/attempt-rows.ts';
import { numberOf } from '../operations/progress/usage.ts';

/** What every description of an attempt says. */
export function attemptFields(attempt: AttemptRow) {
  const { distributor_id, cluster, queue, nodename } = attempt;
  const runTime = numberOf(attempt.wallclock);
  return {
    ...{ task_instance_id: attempt.id, workflow_run_id: attempt.workflow_run_id, status: attempt.status },
    ...{ distributor_id, cluster, queue, nodename },
    submitted: attempt.submitted_date,
    started: startOf(attempt, runTime),
    status_changed: attempt.status_date,
    run_time: runTime,
    cpu: numberOf(attempt.cpu),
    memory: numberOf(attempt.maxrss),
  };
}

/** Not stored: what runs began with its present status, what ended so long before it as it ran. */
function startOf({ status, status_date }: Pick<AttemptRow, 'status' | 'status_date'>, runTime: number | null) {
  if (status === 'R') return status_date;
  return runTime === null ? null : status_date - runTime * 1000;
}
