/** Every sample workflow, built from memory and from the real server's database. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { routes } from '../../../src/api/routes.ts';
import { loadWorkflow } from '../../../src/client/input/input.ts';
import { SwarmBuilder } from '../../../src/client/swarm/builder.ts';
import { snapshot } from '../../support/swarm.ts';
import { SwarmStage } from '../../support/swarm-stage.ts';

const repository = join(import.meta.dirname, '../../..');
const traces = join(repository, '../shared/data/wfformat');
const samples = [
  ...filesOf(join(repository, 'examples/hello'), /\.yaml$/),
  ...filesOf(join(repository, 'test/fixtures/wfformat'), /\.json$/),
  ...filesOf(traces, /\.json$/),
];

test('recorded workflows are among the samples', { skip: !existsSync(traces) && `none at ${traces}` }, () => {
  assert.ok(samples.length >= 6);
});

for (const file of samples) {
  test(`both ways to build give the same state of ${file.slice(file.lastIndexOf('/') + 1)}`, async (context) => {
    const stage = await SwarmStage.open(context);
    // Nothing is prepared or run, so the directory is never made.
    const options = { environment: process.env, workDirectory: join(tmpdir(), 'skep-never-made') };
    const { workflow } = await loadWorkflow(file, options);
    await workflow.bind(stage.requester);
    await workflow.bindTasks();
    const { workflow_run_id: runId } = await stage.requester.call(routes.addWorkflowRun, {
      body: { workflow_id: workflow.workflowId, user: 'bee', jobmon_version: '3.6.0', next_report_increment: 93 },
    });
    const memory = new SwarmBuilder(stage.requester, runId as number);
    await memory.buildFromWorkflow(workflow);
    const stored = new SwarmBuilder(stage.requester, runId as number);
    await stored.buildFromWorkflowId(workflow.workflowId);
    assert.ok(memory.state && stored.state);
    const [left, right] = [snapshot(memory.state), snapshot(stored.state)];
    assert.equal(left.tasks.length, workflow.tasks.length);
    assert.deepEqual({ ...left, arrays: withoutNames(left.arrays) }, { ...right, arrays: withoutNames(right.arrays) });
  });
}

function filesOf(directory: string, kind: RegExp): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => kind.test(name))
    .map((name) => join(directory, name));
}

/** The route that lists tasks does not say what their array is called. */
function withoutNames(arrays: ReturnType<typeof snapshot>['arrays']) {
  return arrays.map(([id, , ...rest]) => [id, ...rest]).sort(([left], [right]) => Number(left) - Number(right));
}
