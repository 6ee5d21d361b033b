import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, isSkepError, messageOf, SkepError } from '../../src/core/errors.ts';

test('an error carries what its row of the table says, its sentence and its cause', () => {
  const cause = new Error('ENOSPC');
  const error = new SkepError('database_unavailable', 'The disk of /data is full.', { cause });
  assert.equal(error.message, 'The disk of /data is full.');
  assert.equal(error.httpStatus, 503);
  assert.equal(error.exitCode, 2);
  assert.match(error.hint, /disk/);
  assert.equal(error.cause, cause);
  assert.ok(isSkepError(error) && isSkepError(error, 'internal', 'database_unavailable'));
  assert.ok(!isSkepError(error, 'internal') && !isSkepError(cause));
});

test('every hint is one sentence', () => {
  for (const [code, { hint }] of Object.entries(ERRORS)) assert.match(hint, /^[A-Z].*\.$/, code);
});

test('the message of anything thrown', () => {
  assert.equal(messageOf(new Error('x')), 'x');
  assert.equal(messageOf('y'), 'y');
});
