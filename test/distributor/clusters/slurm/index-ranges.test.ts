import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRanges, writeRanges } from '../../../../src/distributor/clusters/slurm/index-ranges.ts';

test('indexes are written as ranges, in order', () => {
  assert.equal(writeRanges([5, 0, 1, 2]), '0-2,5');
  assert.equal(writeRanges([7]), '7');
  assert.equal(writeRanges([]), '');
});

test('ranges are read with their steps, without how many may run at once', () => {
  const read = (text: string) => readRanges(text).indexes;
  assert.deepEqual(read('3-5,8'), [3, 4, 5, 8]);
  assert.deepEqual(read('6-18:5'), [6, 11, 16]);
  assert.deepEqual(read('0-2%1'), [0, 1, 2]);
  assert.deepEqual(read(''), []);
});

test('of a list that was cut, the last number may be a part of one', () => {
  assert.deepEqual(readRanges('6,9,100,1...'), { indexes: [6, 9, 100], isCut: true });
  assert.deepEqual(readRanges('6,9,...'), { indexes: [6, 9], isCut: true });
  assert.deepEqual(readRanges('6,9'), { indexes: [6, 9], isCut: false });
});
