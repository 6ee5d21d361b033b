import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseFilesAsDirectories, relativePathOf } from '../../../../src/client/input/wfformat/paths.ts';

test('absolute ids are mapped below the work directory', () => {
  assert.equal(relativePathOf('/b6/e9/x.html', 'in.json'), 'b6/e9/x.html');
  assert.equal(relativePathOf('//a/./b', 'in.json'), 'a/b');
});

test('nothing leads out of the work directory or onto our own files', () => {
  for (const id of [
    '../x',
    'a/../../x',
    '/..',
    '..',
    '.',
    '/',
    '',
    'a\nb',
    'a\0b',
    '.skep/1.task',
    './attempts.log',
    `x${'y'.repeat(255)}`,
  ]) {
    assert.throws(() => relativePathOf(id, 'in.json'), { code: 'input_malformed' }, JSON.stringify(id));
  }
});

test('a file that is also a directory is refused', () => {
  assert.throws(
    () => refuseFilesAsDirectories(['a/b', 'a/b/c'], 'in.json'),
    /a\/b is a file and the directory of a\/b\/c/,
  );
  refuseFilesAsDirectories(['a/b', 'a/bc', 'a/d/e'], 'in.json');
});
