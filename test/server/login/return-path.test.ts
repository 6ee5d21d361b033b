import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnPath } from '../../../src/server/login/return-path.ts';

test('paths of the page are kept, with what is filtered there', () => {
  for (const path of ['/', '/workflow/7?tab=tasks&name=a%20b', '/task/3']) assert.equal(returnPath(path), path);
  assert.equal(returnPath('/workflow/7#part'), '/workflow/7');
});

test('whatever leads elsewhere, or nowhere, leads to the first page', () => {
  const hostile = ['//example.org', '/\\example.org', '/\t/example.org', '/.//example.org', '/x/..//example.org'];
  const others = ['https://example.org', 'javascript:alert(1)', '', '/api/auth/oidc/logout', `/${'x'.repeat(501)}`];
  for (const wanted of [...hostile, ...others, undefined, ['/a', '/b'], `/${'ü'.repeat(200)}`]) {
    assert.equal(returnPath(wanted), '/', String(wanted));
  }
});
