import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resumeCommandOf } from '../../../src/cli/run/resume-command.ts';

test('the command is what was typed, ready for a shell, with --resume once', () => {
  assert.equal(
    resumeCommandOf(['run', 'my file.yaml', '--args', "it's"]),
    "skep run 'my file.yaml' --args 'it'\\''s' --resume",
  );
  assert.equal(resumeCommandOf(['run', 'w.yaml', '--resume']), 'skep run w.yaml --resume');
});
