import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TaskInstanceStatus } from '../../../src/core/status.ts';
import { addInstance, addRun, bindPipeline, type Pipeline, setTasks } from '../pipeline.ts';
import { Served } from '../served.ts';

interface Used {
  readonly status?: TaskInstanceStatus;
  readonly runtime?: string;
  readonly memory?: string;
}

/** Adds instances of a `prepare` task; without a task, of the first one. */
async function addUsed(served: Served, pipeline: Pipeline, used: readonly Used[], task = pipeline.tasks[0]) {
  const run = await addRun(served, pipeline.workflowId);
  for (const { status = 'D', runtime, memory } of used) {
    const usage = {
      ...(runtime !== undefined && { wallclock: runtime }),
      ...(memory !== undefined && { maxrss: memory }),
    };
    await addInstance(served, { task, run, status }, { array_id: pipeline.arrays[0], ...usage });
  }
}

async function open(context: { after(action: () => unknown): void }) {
  const served = await Served.open(context);
  const ask = (body: object) =>
    served.ask('POST', '/task_template_resource_usage', { task_template_version_id: 1, ...body });
  return { served, ask, pipeline: await bindPipeline(served) };
}

const NUMBERS = [
  ...['min_mem', 'max_mem', 'mean_mem', 'min_runtime', 'max_runtime', 'mean_runtime'],
  ...['median_mem', 'median_runtime', 'ci_mem', 'ci_runtime'],
];

describe('the statistics', () => {
  test('agree with known vectors, in numbers and as formatted text', async (context) => {
    const { served, ask, pipeline } = await open(context);
    const values = [10, 20, 30].map((runtime): Used => ({ runtime: `${runtime}`, memory: `${runtime * 30}` }));
    await addUsed(served, pipeline, values.slice(0, 2));
    const { ci_mem, ci_runtime } = await ask({ ci: '0.95' });
    assert.deepEqual(
      [ci_mem, ci_runtime],
      [
        [-1455.93, 2355.93],
        [-48.53, 78.53],
      ],
    );
    await addUsed(served, pipeline, values.slice(2));
    const rest = {
      num_tasks: 3,
      ...{ min_runtime: 10, max_runtime: 30, mean_runtime: 20, median_runtime: 20 },
      ...{ ci_mem: [-145.24, 1345.24], ci_runtime: [-4.84, 44.84] },
    };
    assert.deepEqual(await ask({ ci: '0.95' }), {
      ...{ min_mem: 300, max_mem: 900, mean_mem: 600, median_mem: 600 },
      ...rest,
      result_viz: null,
      formatted_stats: { min_mem: '300B', max_mem: '900B', mean_mem: '600.0B', median_mem: '600.0B', ...rest },
    });
  });

  test('leave zeros and what is unknown out of the values, but count every instance', async (context) => {
    const { served, ask, pipeline } = await open(context);
    await addUsed(served, pipeline, [
      { runtime: '1.5', memory: '1000' },
      { runtime: '2.25', memory: '4001' },
      { runtime: '0', memory: '0' },
      { runtime: '0.0', memory: '-7' },
      {},
    ]);
    const { formatted_stats, ...usage } = await ask({});
    assert.deepEqual(usage, {
      num_tasks: 5,
      ...{ min_mem: 1000, max_mem: 4001, mean_mem: 2500.5, median_mem: 2500.5 },
      ...{ min_runtime: 1, max_runtime: 2, mean_runtime: 1.875, median_runtime: 1.875 },
      ...{ ci_mem: null, ci_runtime: null, result_viz: null },
    });
    assert.equal(formatted_stats.mean_mem, '2500.5B');
  });

  test('are null for memory that no instance tells, and zero where nothing is left of the values', async (context) => {
    const { served, ask, pipeline } = await open(context);
    await addUsed(served, pipeline, [{}, {}]);
    const silent = await ask({ ci: '0.9' });
    assert.deepEqual(
      NUMBERS.map((name) => silent[name]),
      [null, null, null, 0, 0, 0, null, 0, null, null],
    );
    assert.equal(silent.formatted_stats.mean_mem, null);
    await addUsed(served, pipeline, [{ memory: '0' }]);
    const zero = await ask({});
    assert.deepEqual([zero.min_mem, zero.median_mem, zero.formatted_stats.mean_mem], [0, 0, '0.0B']);
  });

  test('have 0 instances if the version has tasks only, and null if it has none', async (context) => {
    const { ask } = await open(context);
    for (const [version, count] of [
      [1, 0],
      [99, null],
    ]) {
      const { formatted_stats, result_viz, ...usage } = await ask({
        task_template_version_id: version,
        ci: '0.9',
        viz: true,
      });
      assert.equal(result_viz, null);
      assert.equal(formatted_stats.num_tasks, count);
      assert.deepEqual(usage, { num_tasks: count, ...Object.fromEntries(NUMBERS.map((name) => [name, null])) });
    }
  });

  test('have intervals of nulls where all values are equal, and none for one value', async (context) => {
    const { served, ask, pipeline } = await open(context);
    await addUsed(served, pipeline, [{ runtime: '5', memory: '8' }]);
    assert.equal((await ask({ ci: '0.95' })).ci_mem, null);
    await addUsed(served, pipeline, [{ runtime: '5', memory: '9' }]);
    const { ci_runtime, ci_mem } = await ask({ ci: '.5' });
    assert.deepEqual(
      [ci_runtime, ci_mem],
      [
        [null, null],
        [8, 9],
      ],
    );
  });

  test('of values in any order find the median of odd and of even counts', async (context) => {
    const { served, ask, pipeline } = await open(context);
    await addUsed(
      served,
      pipeline,
      ['9', '1', '100', '3', '2'].map((runtime) => ({ runtime })),
    );
    assert.equal((await ask({})).median_runtime, 3);
    await addUsed(served, pipeline, [{ runtime: '1000' }]);
    assert.equal((await ask({})).median_runtime, 6);
  });
});

describe('the selection', () => {
  test('takes ended attempts that may have run, and drops text that is no number', async (context) => {
    const { served, ask, pipeline } = await open(context);
    for (const status of ['D', 'Z', 'X', 'U', 'F', 'E'] as const) await addUsed(served, pipeline, [{ status }]);
    for (const status of ['Q', 'I', 'O', 'R', 'T', 'K', 'W'] as const) await addUsed(served, pipeline, [{ status }]);
    await addUsed(served, pipeline, [
      { runtime: 'long' },
      { runtime: '1s' },
      { runtime: '' },
      { memory: '1.5' },
      { memory: '4G' },
    ]);
    assert.equal((await ask({})).num_tasks, 6);
    assert.equal((await ask({ task_template_version_id: '1' })).num_tasks, 6);
    assert.equal((await ask({ task_template_version_id: 2 })).num_tasks, 0);
  });

  test('leaves out instances without resources', async (context) => {
    const { served, ask, pipeline } = await open(context);
    await addInstance(served, { task: pipeline.tasks[0], status: 'D' }, { task_resources_id: 99 });
    assert.equal((await ask({})).num_tasks, 0);
  });

  test('is narrowed by workflows; null and an empty list are all of them', async (context) => {
    const { served, ask, pipeline } = await open(context);
    const other = await bindPipeline(served, { args: 'other' });
    await addUsed(served, pipeline, [{}]);
    await addUsed(served, other, [{}, {}]);
    const count = async (workflows: unknown) => (await ask({ workflows })).num_tasks;
    const both = [pipeline.workflowId, String(other.workflowId)];
    assert.deepEqual(await Promise.all([count([both[0]]), count([both[1]]), count(both), count([99])]), [1, 2, 3, 0]);
    assert.deepEqual(await Promise.all([count(null), count([])]), [3, 3]);
  });

  test('is narrowed by node arguments: every name, any of its values', async (context) => {
    const { served, ask, pipeline } = await open(context);
    await served.database.write(async ({ db }) => {
      await db
        .insertInto('arg')
        .values([
          { id: 50, name: 'place' },
          { id: 51, name: 'year' },
        ])
        .execute();
      const values = [
        ['50', 'here', 1],
        ['51', '1990', 1],
        ['50', 'there', 2],
        ['51', '1990', 2],
      ] as const;
      const nodes = await db
        .selectFrom('task')
        .select('node_id')
        .where('id', 'in', pipeline.tasks.slice(0, 2))
        .orderBy('id')
        .execute();
      for (const [arg, val, task] of values) {
        const node_id = nodes[task - 1]?.node_id ?? 0;
        await db
          .insertInto('node_arg')
          .values({ node_id, arg_id: Number(arg), val })
          .execute();
      }
    });
    await addUsed(served, pipeline, [{}], pipeline.tasks[0]);
    await addUsed(served, pipeline, [{}, {}], pipeline.tasks[1]);
    const count = async (node_args: unknown) => (await ask({ node_args })).num_tasks;
    assert.equal(await count({ place: ['here'] }), 1);
    assert.equal(await count({ place: ['here', 'there', 'here'], year: ['1990'] }), 3);
    assert.equal(await count({ place: ['there'], year: ['1990', '2000'] }), 2);
    assert.equal(await count({ year: ['2000'] }), 0);
    assert.equal(await count({ place: ['1990'], year: ['here'] }), 0);
    assert.equal(await count({ place: [] }), 0);
    assert.equal(await count({ mood: ['good'] }), 0);
    assert.deepEqual(await Promise.all([count({}), count(null)]), [3, 3]);
    const many = Array.from({ length: 3000 }, (_, index) => [`name${index}`, ['x']]);
    assert.equal(await count(Object.fromEntries(many)), 0);
  });
});

test('viz lists every instance, attempts numbered within its task', async (context) => {
  const { served, ask, pipeline } = await open(context);
  await setTasks(served, [pipeline.tasks[0]], 'D', 2);
  await addUsed(served, pipeline, [{ status: 'E', runtime: '2.5', memory: '77' }, { status: 'W' }, {}]);
  await addUsed(served, pipeline, [{}], pipeline.tasks[1]);
  const { result_viz } = await ask({ viz: true });
  assert.deepEqual(result_viz[0], {
    ...{ r: 2.5, m: 77, node_id: 1, task_id: pipeline.tasks[0], task_name: 'prepare_1' },
    requested_resources: '{"cores":2}',
    ...{ attempt_number_of_instance: 1, status: 'E', task_status_date: '1970-01-01T00:00:00' },
    ...{ task_command: 'run prepare_1', task_num_attempts: 2, task_max_attempts: 3 },
  });
  assert.deepEqual(
    result_viz.map((item: Record<string, unknown>) => [
      item.task_name,
      item.r,
      item.m,
      item.attempt_number_of_instance,
    ]),
    [
      ['prepare_1', 2.5, 77, 1],
      ['prepare_1', null, null, 2],
      ['prepare_2', null, null, 1],
    ],
  );
  assert.equal((await ask({ viz: false })).result_viz, null);
});

test('a body that does not fit is answered with 422, naming the field', async (context) => {
  const { served } = await open(context);
  const version = { task_template_version_id: 1 };
  const faults: readonly (readonly [object, string])[] = [
    [{}, 'task_template_version_id'],
    [{ task_template_version_id: 'x' }, 'task_template_version_id'],
    [{ ...version, workflows: 1 }, 'workflows'],
    [{ ...version, workflows: [1.5] }, 'workflows'],
    [{ ...version, node_args: { place: 'here' } }, 'node_args'],
    [{ ...version, node_args: { place: [1] } }, 'node_args'],
    [{ ...version, viz: 'yes' }, 'viz'],
    ...[0.95, 'high', '', ' ', '0', '1', '-0.5', '95', 'NaN'].map((ci) => [{ ...version, ci }, 'ci'] as const),
  ];
  for (const [sent, field] of faults) {
    const { status, headers, body } = await served.send('POST', '/task_template_resource_usage', sent);
    assert.equal(status, 422, JSON.stringify(sent));
    assert.match(String(headers['content-type']), /^application\/json/);
    assert.equal(body.detail.length, 1);
    const [{ loc, msg }] = body.detail;
    assert.deepEqual(loc.slice(0, 2), ['body', field]);
    assert.match(msg, new RegExp(field));
  }
});
