import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEW_DRAFT, requestOf } from '../../../../src/web/workflow/change/request.ts';

test('what is not filled in stays as it is, and what an action does not know is not sent', () => {
  assert.deepEqual(requestOf(NEW_DRAFT, {}), { action: 'retry', filter: {} });
  const draft = { ...NEW_DRAFT, memory: ' 4 ', cores: 2, runtime: '2h', recursive: true };
  const conditions = { tab: 'tasks', status: 'FATAL', array: 3, search: 'x', sort: 'id' } as const;
  const filter = { status: ['FATAL'], array_id: [3], search: 'x' };
  const resources = { memory: 4, cores: 2, runtime: '2h' };
  assert.deepEqual(requestOf(draft, conditions), { action: 'retry', filter, resources });
  assert.deepEqual(requestOf({ ...draft, action: 'reset' }, {}), { action: 'reset', filter: {}, recursive: true });
  assert.deepEqual(requestOf({ ...draft, action: 'mark_done' }, {}), { action: 'mark_done', filter: {} });
});
