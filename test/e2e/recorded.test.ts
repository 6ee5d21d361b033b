/** Recorded scientific workflows, replayed: a task fails if it runs before its input files exist. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { killAll, processesOf } from './processes.ts';
import { repository, until, Workbench } from './skep.ts';

const traces = join(repository, '../shared/data/wfformat');
const skip = existsSync(traces) ? false : `no recorded workflows at ${traces}`;

const INSTANCES = [
  { name: 'bacass-dirt02-001', tasks: 11 },
  { name: 'airrflow-dirt02-001', tasks: 212 },
  { name: '1000genome-chameleon-22ch-250k-001', tasks: 902 },
  { name: 'montage-chameleon-dss-15d-001', tasks: 2122 },
];

for (const { name, tasks } of INSTANCES) {
  test(`${name}: killed half-way and resumed, all ${tasks} tasks are done, and none that was done ran again`, {
    skip,
  }, async (context: TestContext) => {
    const bench = new Workbench(context);
    const words = ['run', join(traces, `${name}.json`), '--time-scale', '0', '--work-dir', bench.path('replay')];
    const run = bench.start(...words);
    await until(() => executions(bench).length >= tasks / 2, `half of the tasks had run:\n${run.errors()}`);
    killAll(bench);
    await run.ended;
    const before = executions(bench).length;
    const done = namesOfDone(bench);

    const resumed = await bench.run(...words, '--resume');
    assert.equal(resumed.code, 0, resumed.errors);
    assert.equal(namesOfDone(bench).size, tasks);
    const after = executions(bench);
    assert.equal(new Set(after).size, tasks, 'every task has run');
    const repeated = after.slice(before).filter((task) => done.has(task));
    assert.deepEqual(repeated, [], 'tasks that were done when everything was killed');
    context.diagnostic(`${done.size} were done at the kill; ${after.length} executions of ${tasks} tasks in all`);
    assert.deepEqual(processesOf(bench), []);
  });
}

/** The ids that the tasks themselves wrote down, one for each execution. */
function executions(bench: Workbench): string[] {
  const log = bench.path('replay/attempts.log');
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
}

function namesOfDone(bench: Workbench): Set<string> {
  const database = new DatabaseSync(join(bench.dataDirectory, 'skep.sqlite'), { readOnly: true });
  const rows = database
    .prepare(
      `select node_arg.val as id from task join node_arg on node_arg.node_id = task.node_id where task.status = 'D'`,
    )
    .all();
  database.close();
  return new Set(rows.map(({ id }) => String(id)));
}
