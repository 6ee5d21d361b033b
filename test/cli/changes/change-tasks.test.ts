import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeFailure, type FakeRequest } from '../../support/fake-transport.ts';
import { frame, skep } from '../skep.ts';

const ESCAPE = String.fromCharCode(27);

const OUTCOME = {
  change_id: null,
  tasks: 4812,
  groups: [
    { array_id: 3, template: `al${ESCAPE}[31mign`, status: 'F', tasks: 4800 },
    { array_id: 3, template: `al${ESCAPE}[31mign`, status: 'G', tasks: 10 },
    { array_id: 3, template: `al${ESCAPE}[31mign`, status: 'A', tasks: 2 },
  ],
  sample: [{ task_id: 9, name: `one${ESCAPE}]0;title\n`, status: 'F' }],
  left_out: [{ reason: 'at_work', sentence: 'are at work', tasks: 1200 }],
  live_run: null,
};

/** A server with workflow 1, whose one template is `align`. */
function hive({ method, path, body, query }: FakeRequest): unknown {
  switch (`${method} ${path}`) {
    case 'GET /skep/capabilities':
      return { extensions: true };
    case 'GET /v3/workflow_status':
      return { workflows: query.workflow_id === '1' ? frame([{ WF_ID: 1, TASKS: 5000 }]) : '{}' };
    case 'GET /skep/workflow/1/progress':
      return { templates: [{ name: 'align', array_id: 3 }] };
    case 'POST /skep/workflow/1/change_tasks':
      return body.preview ? OUTCOME : { ...OUTCOME, change_id: 5 };
    default:
      throw new FakeFailure(404);
  }
}

const changesOf = (requests: readonly FakeRequest[]) => requests.filter(({ path }) => path.endsWith('/change_tasks'));

test('what would be changed is shown by template and status, whatever names hold', async () => {
  const words = ['task', 'retry', '-w', '1', '--template', 'align', '--memory', '8G', '--cores', '4', '--dry-run'];
  const { code, output, requests } = await skep(words, { answer: hive, columns: 60 });
  assert.equal(code, 0);
  const lines = output.split('\n').map((line) => line.trimEnd());
  assert.match(lines[1] ?? '', /^al\S*ign +FATAL +4,800$/);
  assert.match(lines[2] ?? '', /^al\S*ign +PENDING +12$/);
  assert.match(lines[3] ?? '', /^such as one/);
  assert.deepEqual(lines.slice(4), ['Left out: 1,200 are at work.', '4,812 tasks would be changed.', '']);
  assert.equal(output.includes(ESCAPE), false);
  const [asked, ...others] = changesOf(requests);
  assert.deepEqual(others, []);
  assert.deepEqual(asked?.body, {
    ...{ action: 'retry', user: 'bee', filter: { status: ['FATAL'], array_id: [3] } },
    ...{ resources: { memory: '8G', cores: 4 }, preview: true },
  });
});

test('with --yes it is carried out at once, under a name of its own', async () => {
  const words = ['task', 'done', '-w', '1', '-t', '4,5', '--yes'];
  const { output, requests } = await skep(words, { answer: hive });
  assert.match(
    output,
    /4,812 tasks of workflow 1 are marked as done \(change 5\)\.\nTo go on: {2}skep workflow resume -w 1\n$/,
  );
  const [asked] = changesOf(requests);
  assert.deepEqual([asked?.body.preview, asked?.body.filter], [false, { task_id: [4, 5] }]);
  assert.match(asked?.body.change_key, /^[\da-f-]{36}$/);
  const json = await skep([...words, '--json'], { answer: hive });
  assert.deepEqual(JSON.parse(json.output), {
    workflow_id: 1,
    action: 'mark_done',
    dry_run: false,
    ...OUTCOME,
    change_id: 5,
  });
});

test('where nobody can be asked, nothing is asked of the server', async () => {
  for (const more of [[], ['--json']]) {
    const { code, errors, requests } = await skep(['task', 'reset', '-w', '1', '--all', ...more], { answer: hive });
    assert.equal(code, 2);
    assert.match(errors, /^skep: Nobody is there to confirm the change: add --yes to carry it out, or --dry-run/);
    assert.deepEqual(requests, []);
  }
});
