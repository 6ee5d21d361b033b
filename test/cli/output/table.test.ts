import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable } from '../../../src/cli/output/table.ts';
import { harmless, noPaint } from '../../../src/cli/output/terminal.ts';

const columns = [{ title: 'ID', align: 'right' as const }, { title: 'NAME', shrinkTo: 8 }, { title: 'STATUS' }];

test('columns are as wide as needed and aligned', () => {
  assert.equal(
    renderTable(
      columns,
      [
        ['7', 'align', 'DONE'],
        ['1234', 'merge', 'FATAL'],
      ],
      80,
      noPaint,
    ),
    ['  ID  NAME   STATUS', '   7  align  DONE', '1234  merge  FATAL'].join('\n'),
  );
});

test('a narrow terminal cuts the shrinkable column alone, and no line is wider than it', () => {
  const table = renderTable(columns, [['7', 'a'.repeat(300), 'REGISTERING']], 40, noPaint);
  for (const line of table.split('\n')) assert.ok(line.length <= 40, line);
  assert.match(table, /aaa… {2}REGISTERING$/);
});

test('cells can neither break the table nor control the terminal', () => {
  const table = renderTable(columns, [['1', 'two\nlines\u001b[2J', 'x']], 80, noPaint);
  assert.equal(table.split('\n').length, 2);
  assert.ok(!table.includes('\u001b'));
});

test('harmless text keeps its lines and loses its control characters', () => {
  assert.equal(harmless('a\tb\r\nc\u001b]0;title\u0007\u009b'), 'a\tb\nc·]0;title··');
});
