import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ErrorCode, isSkepError } from '../../src/core/errors.ts';
import { convertMemory, formatDuration, memoryInGib, runtimeInSeconds } from '../../src/core/units.ts';

function refuses(code: ErrorCode, value: unknown, run: () => unknown): void {
  const names = (error: unknown) => isSkepError(error, code) && error.message.includes(String(value));
  assert.throws(run, names, `${value} was accepted`);
}

test('memory in GiB', () => {
  const vectors: [number | string, number][] = [
    [4, 4],
    [1.9, 1],
    [0, 0],
    [-0, 0],
    ['4', 4],
    [' 1_0 ', 10],
    ['+3', 3],
    ['007', 7],
    ['600M', 1],
    ['1500M', 1],
    ['1G', 1],
    ['10gb', 10],
    ['10Gib', 10],
    ['10giB', 10],
    ['2T', 2048],
    ['2TiB', 2048],
    ['1073741824B', 1],
    ['2147483648BB', 2],
    ['0G', 0],
    // Exactly 1.5 and 2.5: ties go to the even neighbour.
    ['1611000000B', 2],
    ['2685000000B', 2],
  ];
  for (const [value, gib] of vectors) assert.deepEqual([value, memoryInGib(value)], [value, gib]);
});

test('a small request for memory is 1 GiB, not none', () => {
  for (const value of [0.4, '500M', '1B', '1K', '537000000B']) assert.equal(memoryInGib(value), 1);
});

test('malformed memory', () => {
  const texts = [
    '1.5G',
    '10 G',
    ' 10G',
    'abc',
    '',
    'G',
    '1g1M',
    '10E',
    '10iB',
    '1_0G',
    '-1G',
    '-1',
    '1__0',
    '1e3',
    '9'.repeat(400),
  ];
  for (const value of texts) refuses('memory_malformed', value, () => memoryInGib(value));
  for (const value of [-1, -0.4, Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    refuses('memory_malformed', value, () => memoryInGib(value));
  }
  refuses('memory_malformed', 'G', () => memoryInGib(`${'9'.repeat(400)}G`));
});

test('memory converts between units', () => {
  assert.equal(convertMemory('1G', 'Mb'), 1024);
  assert.equal(convertMemory('2Tb', 'Gib'), 2048);
  assert.equal(convertMemory('2048K', 'M'), 2);
  assert.equal(convertMemory('2048K'), 2);
  assert.equal(convertMemory(100, 'M'), 100);
  assert.equal(convertMemory('100', 'm'), 100);
  assert.equal(convertMemory('500M', 'G'), 0);
  assert.equal(convertMemory('1T', 'b'), 1_100_000_000_000);
  assert.equal(convertMemory('1536B', 'KIB'), 2);
  for (const value of ['10 M', '1g1M', 'a', '1.5', 1.5, -1])
    refuses('memory_malformed', value, () => convertMemory(value));
  for (const unit of ['', 'P', 'iB', 'GG', 'M M']) refuses('memory_malformed', unit, () => convertMemory('1G', unit));
});

test('run time in seconds', () => {
  const vectors: [number | string, number][] = [
    [90, 90],
    [90.9, 90],
    [-0, 0],
    ['90', 90],
    [' 1_000 ', 1000],
    ['0:0:0', 0],
    ['1:02:03', 3723],
    ['100:00:00', 360_000],
    ['0:90:90', 5490],
    ['1h', 3600],
    ['2 HRS', 7200],
    ['30m', 1800],
    ['5mins', 300],
    ['25s', 25],
    ['1 hour', 3600],
    ['10 minutes', 600],
    ['1sec', 1],
  ];
  for (const [value, seconds] of vectors) assert.deepEqual([value, runtimeInSeconds(value)], [value, seconds]);
});

test('every run-time unit', () => {
  const units = {
    h: 3600,
    hr: 3600,
    hrs: 3600,
    hour: 3600,
    hours: 3600,
    m: 60,
    min: 60,
    mins: 60,
    minute: 60,
    minutes: 60,
  };
  const more = { s: 1, sec: 1, secs: 1, second: 1, seconds: 1 };
  for (const [unit, seconds] of Object.entries({ ...units, ...more })) {
    assert.equal(runtimeInSeconds(`2 ${unit}`), 2 * seconds);
  }
});

test('malformed run time', () => {
  const texts = ['10h30m', '1.5h', '1:30', '1:2:3:4', '1:x:3', '20.5', 'h1', '', 'abc', '9'.repeat(400)];
  const unknownUnits = ['1d', '1day', '2days', '3months', '5ms', '1mo', '1constructor'];
  const negative = ['-1', '-1h', ' - 1h', '1:-5:00', '-1:00:00'];
  for (const value of [...texts, ...unknownUnits, ...negative]) {
    refuses('runtime_malformed', value, () => runtimeInSeconds(value));
  }
  for (const value of [-1, -0.4, Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    refuses('runtime_malformed', value, () => runtimeInSeconds(value));
  }
});

test('durations for people', () => {
  const vectors: [number, string][] = [
    [0, '0:00:00'],
    [59.9, '0:00:59'],
    [3600, '1:00:00'],
    [5470, '1:31:10'],
    [86_399, '23:59:59'],
    [86_400, '1 day, 0:00:00'],
    [90_061, '1 day, 1:01:01'],
    [172_800, '2 days, 0:00:00'],
    [-61, '-0:01:01'],
  ];
  for (const [seconds, text] of vectors) assert.equal(formatDuration(seconds), text);
});

test('the clock form of a duration reads back', () => {
  const seconds = fc.nat(86_399);
  fc.assert(fc.property(seconds, (value) => runtimeInSeconds(formatDuration(value)) === value));
});
