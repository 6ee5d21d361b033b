import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addError, addInstance, addRun, bindPipeline, type Pipeline } from '../pipeline.ts';
import { Served } from '../served.ts';

const NO_CLUSTER = {
  ...{ error_score: null, group_instance_count: null, task_instance_ids: null, task_ids: null },
  ...{ sample_error: null, first_error_time: null },
};
const T_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

type Item = Record<string, unknown>;

async function open(context: { after(action: () => unknown): void }) {
  const served = await Served.open(context);
  const pipeline = await bindPipeline(served);
  const { workflowId, tasks, arrays } = pipeline;
  /** An instance of a `prepare` task with its errors. */
  const fail = async (task: 0 | 1, run: number, errors: readonly string[], stderr_log?: string) => {
    const place = { array_id: arrays[0], ...(stderr_log !== undefined && { stderr_log }) };
    const id = await addInstance(served, { task: tasks[task], run, status: 'E' }, place);
    for (const error of errors) await addError(served, id, error);
    return id;
  };
  const ask = (query = '', path = `${workflowId}/1`) => served.ask('GET', `/tt_error_log_viz/${path}?${query}`);
  return { served, pipeline, fail, ask };
}

const ids = ({ error_logs }: { error_logs: Item[] }) => error_logs.map((item) => item.task_instance_err_id);

describe('errors one by one', () => {
  test('have all fields, by ascending id, and those of the template and workflow alone', async (context) => {
    const { served, pipeline, fail, ask } = await open(context);
    const run = await addRun(served, pipeline.workflowId);
    const first = await fail(0, run, ['it broke', 'it broke again'], 'Traceback\n');
    const second = await fail(1, run, ['other']);
    const model = { task: pipeline.tasks[2], run, status: 'E' } as const;
    await addError(served, await addInstance(served, model, { array_id: pipeline.arrays[1] }), 'a model');
    const other: Pipeline = await bindPipeline(served, { args: 'other' });
    const elsewhere = { task: other.tasks[0], run: await addRun(served, other.workflowId), status: 'E' } as const;
    await addError(served, await addInstance(served, elsewhere, { array_id: other.arrays[0] }), 'elsewhere');
    const { error_logs, ...rest } = await ask();
    assert.deepEqual(rest, { total_count: 3, page: 1, page_size: 10 });
    const common = { workflow_run_id: run, workflow_id: pipeline.workflowId, ...NO_CLUSTER };
    const item = (task_id: number, task_instance_id: number, task_instance_err_id: number, error: string) => ({
      ...{ task_id, task_instance_id, task_instance_err_id, error, ...common },
      task_instance_stderr_log: task_id === pipeline.tasks[0] ? 'Traceback\n' : null,
    });
    for (const { error_time } of error_logs) assert.match(error_time, T_FORM);
    assert.deepEqual(
      error_logs.map(({ error_time: _time, ...others }: Item) => others),
      [
        item(pipeline.tasks[0], first, 1, 'it broke'),
        item(pipeline.tasks[0], first, 2, 'it broke again'),
        item(pipeline.tasks[1], second, 3, 'other'),
      ],
    );
  });

  test('come in pages; sizes that are none are refused', async (context) => {
    const { served, pipeline, fail, ask } = await open(context);
    await fail(0, await addRun(served, pipeline.workflowId), ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(ids(await ask('page_size=2')), [1, 2]);
    const last = await ask('page_size=2&page=3');
    assert.deepEqual([ids(last), last.total_count, last.page, last.page_size], [[5], 5, 3, 2]);
    assert.deepEqual(await ask('page=9'), { error_logs: [], total_count: 5, page: 9, page_size: 10 });
    for (const query of ['page=0', 'page=-1', 'page_size=0', 'page=x', 'page_size=9999999999']) {
      assert.equal((await served.send('GET', `/tt_error_log_viz/1/1?${query}`)).status, 422, query);
    }
  });

  test('are none for a template that the workflow does not use', async (context) => {
    const { ask } = await open(context);
    const nothing = { error_logs: [], total_count: 0, page: 2, page_size: 5 };
    for (const path of ['1/99', '99/1', '99/1/1']) assert.deepEqual(await ask('page=2&page_size=5', path), nothing);
    assert.deepEqual((await ask('cluster_errors=true')).error_logs, []);
  });

  test('recent ones: the newest of each task in the newest run', async (context) => {
    const { served, pipeline, fail, ask } = await open(context);
    const old = await addRun(served, pipeline.workflowId);
    await fail(0, old, ['old']);
    await fail(1, old, ['old']);
    assert.deepEqual(ids(await ask('just_recent_errors=True')), [1, 2]);
    const run = await addRun(served, pipeline.workflowId);
    assert.deepEqual(await ask('just_recent_errors=true'), { error_logs: [], total_count: 0, page: 1, page_size: 10 });
    await fail(0, run, ['third', 'fourth']);
    await fail(0, run, ['fifth']);
    await fail(1, run, ['sixth']);
    const recent = await ask('just_recent_errors=TRUE');
    assert.deepEqual([ids(recent), recent.total_count], [[5, 6], 2]);
    for (const no of ['false', '1', '', 'yes']) assert.equal((await ask(`just_recent_errors=${no}`)).total_count, 6);
  });

  test('of one instance: with its own ids, page by page', async (context) => {
    const { served, pipeline, fail, ask } = await open(context);
    const run = await addRun(served, pipeline.workflowId);
    await fail(1, run, ['not this']);
    const id = await fail(0, run, ['one', 'two']);
    const path = `${pipeline.workflowId}/1/${id}`;
    const { error_logs, total_count } = await ask('page_size=1&page=2&cluster_errors=true', path);
    const [{ task_id, task_instance_id, task_instance_err_id, error, workflow_run_id }] = error_logs;
    assert.deepEqual(
      [total_count, error_logs.length, task_id, task_instance_id, task_instance_err_id, error, workflow_run_id],
      [2, 1, pipeline.tasks[0], id, 3, 'two', run],
    );
    assert.deepEqual((await ask('', `${pipeline.workflowId}/1/99`)).error_logs, []);
  });
});

describe('clustered errors', () => {
  test('are together if their texts differ in numbers only; the largest cluster comes first', async (context) => {
    const { served, pipeline, fail, ask } = await open(context);
    const run = await addRun(served, pipeline.workflowId);
    const lone = await fail(0, run, ['No space left on /data/17']);
    const first = await fail(0, run, ['exit 1', 'exit 1'], 'KeyError: place 12 at 0x7f00DEAD in /x/9');
    const second = await fail(1, run, ['exit 2'], 'KeyError: place 3 at 0x1 in /x/10');
    const { error_logs, ...rest } = await ask('cluster_errors=true');
    assert.deepEqual(rest, { total_count: 2, page: 1, page_size: 10 });
    const [largest, other] = error_logs;
    assert.match(largest.first_error_time, T_FORM);
    assert.deepEqual(largest, {
      ...{ task_id: null, task_instance_id: null, task_instance_err_id: null, error_time: null, error: null },
      task_instance_stderr_log: null,
      ...{ workflow_run_id: run, workflow_id: pipeline.workflowId },
      ...{ error_score: 0.75, group_instance_count: 3 },
      ...{ task_instance_ids: [first, second], task_ids: pipeline.tasks.slice(0, 2) },
      sample_error: 'KeyError: place 12 at 0x7f00DEAD in /x/9',
      first_error_time: largest.first_error_time,
    });
    assert.deepEqual([other.sample_error, other.task_instance_ids], ['No space left on /data/17', [lone]]);
  });

  test('keep errors without any word, and use the description where stderr is empty', async (context) => {
    const { served, pipeline, fail, ask } = await open(context);
    const run = await addRun(served, pipeline.workflowId);
    await fail(0, run, ['', '!?'], '');
    const { error_logs, total_count } = await ask('cluster_errors=true');
    assert.equal(total_count, 2);
    assert.deepEqual(
      error_logs.map((item: Item) => item.sample_error),
      ['', '!?'],
    );
  });

  test('recent ones are clustered as a whole, and paged afterwards', async (context) => {
    const { served, pipeline, fail, ask } = await open(context);
    await fail(0, await addRun(served, pipeline.workflowId), ['of an older run']);
    const run = await addRun(served, pipeline.workflowId);
    await fail(0, run, ['superseded', 'apple']);
    await fail(1, run, ['pear']);
    const page = async (number: number) => {
      const query = `cluster_errors=true&just_recent_errors=true&page_size=1&page=${number}`;
      const { error_logs, total_count } = await ask(query);
      return [total_count, ...error_logs.map((item: Item) => item.sample_error)];
    };
    assert.deepEqual(await Promise.all([page(1), page(2), page(3)]), [[2, 'apple'], [2, 'pear'], [2]]);
  });
});
