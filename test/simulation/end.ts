/** What must be so when the workflow has come to its end. */
import { ALIVE_WORKFLOW_RUN_STATUSES, TASK_INSTANCE_ENDED } from '../../src/core/status.ts';
import type { World } from './world.ts';

/** I7: every task is done, or failed for good with a cause, or waits for one that did. */
export function checkEnd(world: World): void {
  const { ledger, commands, scenario } = world;
  const hopeless = new Set<number>();
  for (const [index, task] of scenario.tasks.entries()) {
    const status = ledger.taskStatus(index);
    if (task.upstreams.some((upstream) => hopeless.has(upstream))) {
      hopeless.add(index);
      if (status !== 'G') world.violate('I7', `task t${index} is ${status}, but it has to wait for what failed.`);
    } else if (task.poisoned) {
      hopeless.add(index);
      if (status !== 'F') world.violate('I7', `task t${index} always fails, but it is ${status}.`);
      const attempts = ledger.attemptsOf(index);
      if (attempts !== task.maxAttempts) {
        world.violate('I7', `task t${index} was given up after ${attempts} of ${task.maxAttempts} attempts.`);
      }
    } else if (status !== 'D' || !commands.hasSucceeded(index)) {
      world.violate('I7', `task t${index} could be done, but it is ${status}.`);
    }
  }
  const [[, workflow = ''] = []] = ledger.rows('workflow');
  const expected = hopeless.size === 0 ? 'D' : 'F';
  if (workflow !== expected) world.violate('I7', `the workflow is ${workflow} and not ${expected}.`);
}

/** I10 and I11: when everybody had time to leave, nobody and nothing is there. */
export function checkLeftovers(world: World): void {
  const { ledger, network, commands, processes, spool } = world;
  const others = processes.filter(({ role }) => role !== 'server');
  if (commands.live > 0) world.violate('I10', `${commands.live} commands are alive.`);
  if (others.length > 0) world.violate('I10', `still alive: ${others.map(({ name }) => name).join(', ')}.`);
  if (!spool.isEmpty) world.violate('I11', 'a report is kept yet, and nobody takes it.');
  if (network.openRequests > 0) world.violate('I10', `${network.openRequests} requests are open.`);
  for (const [row, status] of ledger.rows('instance')) {
    if (!(TASK_INSTANCE_ENDED as readonly string[]).includes(status)) {
      world.violate('I10', `instance ${row} is left in ${status}.`);
    }
  }
  for (const [row, status] of ledger.rows('run')) {
    if ((ALIVE_WORKFLOW_RUN_STATUSES as readonly string[]).includes(status)) {
      world.violate('I10', `run ${row} is left in ${status}.`);
    }
  }
}
