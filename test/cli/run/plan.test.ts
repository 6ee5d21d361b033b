import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownTask } from '../../../src/cli/run/known-tasks.ts';
import { planOf } from '../../../src/cli/run/plan.ts';
import type { Task } from '../../../src/client/task.ts';
import { Tool } from '../../../src/client/tool.ts';

const step = new Tool('t').getTaskTemplate({ templateName: 'step', commandTemplate: 'echo {i}', nodeArgs: ['i'] });

function known(task: Task, task_status: string, task_num_attempts = 1, task_command = task.command): KnownTask {
  const times = { task_status_date: '', task_max_attempts: 3 };
  return { task_id: 100, task_name: task.name, task_status, task_command, task_num_attempts, ...times };
}

test('each status has its reason; what was never tried waits for an upstream that runs, or for nothing', () => {
  const tasks = Array.from({ length: 9 }, (_, i) => step.createTask({ i }));
  const statuses: [status: string, attempts: number][] = [
    ...(
      [
        ['DONE', 1],
        ['FATAL', 3],
        ['RUNNING', 1],
        ['SCHEDULED', 1],
        ['PENDING', 2],
        ['PENDING', 0],
      ] as const
    ).map(([status, attempts]): [string, number] => [status, attempts]),
    ...[['PENDING', 0] as [string, number], ['DONE', 1] as [string, number]],
  ];
  const [done, fatal, , , , free, behind, finished] = tasks as [Task, Task, Task, Task, Task, Task, Task, Task];
  free.addUpstream(done);
  behind.addUpstreams([done, fatal]);
  // Somebody said that it is done: then it is not run again, whatever is upstream.
  finished.addUpstream(fatal);
  const all = new Map(
    statuses.map(([status, attempts], at) => [tasks[at] as Task, known(tasks[at] as Task, status, attempts)]),
  );
  const reasons = (isLive: boolean) => planOf(tasks, all, { isLive }).map(({ reason }) => reason);
  const unknown = 'new';
  assert.deepEqual(reasons(false), [
    ...['done', 'failed', 'stopped', 'stopped', 'unfinished', 'not_tried', 'upstream', 'done', unknown],
  ]);
  assert.deepEqual(reasons(true).slice(2, 4), ['active', 'active']);
  assert.equal(planOf(tasks, all, { isLive: false })[6]?.upstream, fatal.name);
});

test('a command that is another than then is told of', () => {
  const task = step.createTask({ i: 1 });
  const plan = (command: string) =>
    planOf([task], new Map([[task, known(task, 'DONE', 1, command)]]), { isLive: false });
  assert.deepEqual([plan('echo 1')[0]?.commandChanged, plan('echo 2')[0]?.commandChanged], [false, true]);
});
