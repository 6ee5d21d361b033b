import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Node, nodesOf } from '../../../src/cli/completion/tree.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { TASK_LABELS } from '../../../src/core/task-label.ts';

const nodes = nodesOf(createProgram({} as CommandContext, () => {}));
const nodeAt = (path: string) => nodes.find((node) => node.path === path) as Node;
const flagOf = (path: string, name: string) => nodeAt(path).flags.find(({ names }) => names.includes(name));

test('every command is there once, with the flags of all and without hidden ones', () => {
  assert.equal(new Set(nodes.map(({ path }) => path)).size, nodes.length);
  assert.ok(nodes.length > 40, `${nodes.length} commands`);
  for (const { path, flags } of nodes) {
    const names = flags.flatMap((flag) => flag.names);
    assert.equal(new Set(names).size, names.length, path);
    assert.ok(names.includes('--data-dir') && names.includes('--help'), path);
  }
  // Hidden where it is the format of peers, shown where it is a file.
  assert.equal(flagOf('skep workflow list', '-o'), undefined);
  assert.equal(flagOf('skep workflow report', '-o')?.value.paths, 'files');
});

test('values are what the definitions say: choices of either kind, files, folders, how many', () => {
  assert.deepEqual(flagOf('skep task logs', '-s')?.value.words, ['stdout', 'stderr']);
  assert.deepEqual(flagOf('skep workflow tasks', '--status')?.value.words, TASK_LABELS);
  assert.equal(flagOf('skep workflow tasks', '--status')?.takes, 'many');
  assert.equal(flagOf('skep run', '--output-dir')?.value.paths, 'folders');
  assert.equal(flagOf('skep run', '--dry-run')?.takes, 'none');
  assert.deepEqual(nodeAt('skep run').places, [{ words: [], paths: 'files' }]);
});
