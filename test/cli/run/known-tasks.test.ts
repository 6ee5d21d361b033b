import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KnownTask, pairsOf } from '../../../src/cli/run/known-tasks.ts';

let ids = 0;
function known(task_name: string, task_command: string): KnownTask {
  const rest = { task_num_attempts: 0, task_status_date: '', task_status: 'DONE', task_max_attempts: 3 };
  return { task_id: ++ids, task_name, task_command, ...rest };
}

test('names tell which is which, then commands, then the order', () => {
  const ours = [
    { name: 'a', command: '1' },
    { name: 'twin', command: '2' },
    { name: 'twin', command: '3' },
    { name: 'renamed', command: '4' },
    { name: 'other', command: 'other' },
  ];
  const theirs = [
    known('twin', '3'),
    known('twin', '2'),
    known('was named', '4'),
    known('a', 'other command'),
    known('left', 'left'),
  ];
  const pairs = pairsOf(ours, theirs);
  assert.deepEqual(
    ours.map((task) => pairs.get(task)),
    [theirs[3], theirs[1], theirs[0], theirs[2], theirs[4]],
  );
});

test('no known task is two of ours, and what the server lacks has none', () => {
  const ours = Array.from({ length: 5 }, () => ({ name: 'same', command: 'same' }));
  const pairs = pairsOf(ours, [known('same', 'same'), known('same', 'same')]);
  assert.deepEqual(
    ours.map((task) => pairs.has(task)),
    [true, true, false, false, false],
  );
  assert.equal(new Set(pairs.values()).size, 2);
  assert.equal(pairsOf(ours, []).size, 0);
});

test('two hundred thousand tasks are no matter, also where all names are the same', () => {
  const ours = Array.from({ length: 200_000 }, (_, at) => ({ name: 'same', command: String(at) }));
  const theirs = ours.map(({ command }) => known('same', command)).reverse();
  const started = performance.now();
  const pairs = pairsOf(ours, theirs);
  assert.ok(performance.now() - started < 20_000);
  assert.ok(ours.every((task) => pairs.get(task)?.task_command === task.command));
});
