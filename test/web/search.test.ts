import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWorkflowSearch } from '../../src/web/workflow/search.ts';
import { readListSearch } from '../../src/web/workflows/search.ts';

const known = (search: object) => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

test('an address says what is shown; what means nothing is left out', () => {
  assert.deepEqual(known(readListSearch({ search: 12, state: 'done', user: '', tool: ['x'], more: 1 })), {
    search: '12',
    state: 'done',
  });
  const search = { tab: 'tasks', status: 'FATAL', array: 3, sort: 'attempts', descending: true };
  assert.deepEqual(known(readWorkflowSearch(search)), search);
  assert.deepEqual(known(readWorkflowSearch({ tab: 'x', status: 'F', array: '3', sort: 1, descending: 'yes' })), {});
  assert.deepEqual(known(readListSearch({ state: 'toString' })), {});
});
