import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable } from '../../../src/cli/output/table.ts';
import { clip, harmless, noPaint, wrapWords } from '../../../src/cli/output/terminal.ts';

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

test('an optional column is left out where shrinking is not enough, and only there', () => {
  const withDate = [...columns, { title: 'CREATED', optional: 1 }];
  const rows = [['1234567', 'a'.repeat(30), 'REGISTERING', '11-25 01:42']];
  const narrow = renderTable(withDate, rows, 35, noPaint).split('\n');
  assert.equal(narrow[0], '     ID  NAME           STATUS');
  for (const line of narrow) assert.ok(line.length <= 35, line);
  assert.match(renderTable(withDate, rows, 50, noPaint), /CREATED\n.*11-25 01:42$/);
});

test('of several optional columns the one with the highest number goes first', () => {
  const titles = ['AAAA', 'BBBB', 'CCCC', 'DDDD'];
  const ranks = [undefined, 2, 3, 1];
  const ranked = titles.map((title, at) => ({ title, ...(ranks[at] !== undefined && { optional: ranks[at] }) }));
  const titlesAt = (width: number) => renderTable(ranked, [titles], width, noPaint).split('\n')[0];
  assert.deepEqual([22, 21, 15, 9].map(titlesAt), ['AAAA  BBBB  CCCC  DDDD', 'AAAA  BBBB  DDDD', 'AAAA  DDDD', 'AAAA']);
});

test('a table of very many rows is written', () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [String(index), 'a', 'DONE']);
  assert.equal(renderTable(columns, rows, 80, noPaint).split('\n').length, 200_001);
});

test('columns stay aligned beside characters that take two columns of the terminal, or none', () => {
  const rows = [
    ['1', '日本語', 'DONE'],
    ['2', 'e\u0301te\u0301', 'DONE'],
  ];
  assert.deepEqual(renderTable(columns, rows, 80, noPaint).split('\n'), [
    'ID  NAME    STATUS',
    ' 1  日本語  DONE',
    ' 2  e\u0301te\u0301     DONE',
  ]);
  assert.equal(clip('日本語', 4), '日…');
});

test('cells can neither break the table nor control the terminal', () => {
  const table = renderTable(columns, [['1', 'two\nlines\u001b[2J', 'x']], 80, noPaint);
  assert.equal(table.split('\n').length, 2);
  assert.ok(!table.includes('\u001b'));
});

test('harmless text keeps its lines and loses its control characters', () => {
  assert.equal(harmless('a\tb\r\nc\u001b]0;title\u0007\u009b'), 'a\tb\nc·]0;title··');
});

test('sentences are broken between words, and words that are too wide are cut', () => {
  assert.deepEqual(wrapWords('two words of 日本語 and averylongone', 9), [
    'two words',
    'of 日本語',
    'and',
    'averylon…',
  ]);
  assert.deepEqual(wrapWords('', 9), ['']);
});
