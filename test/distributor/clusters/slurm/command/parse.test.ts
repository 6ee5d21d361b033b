import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseAccounts,
  parseLimits,
  parseNodes,
  parsePartitions,
  parseQueue,
} from '../../../../../src/distributor/clusters/slurm/command/parse.ts';

test('squeue: one job a line; the comment may hold bars', () => {
  const text = '10_3|PENDING|JobArrayTaskLimit|skep:d:1:2:3:4:0:9\n10_2|RUNNING|None|a|b\n';
  assert.deepEqual(parseQueue(text), [
    { id: '10_3', state: 'PENDING', reason: 'JobArrayTaskLimit', comment: 'skep:d:1:2:3:4:0:9' },
    { id: '10_2', state: 'RUNNING', reason: 'None', comment: 'a|b' },
  ]);
  assert.deepEqual(parseQueue(''), []);
});

test('sacct: memory is that of the largest step; a state loses what follows its first word', () => {
  const text = [
    '1_0|COMPLETED|0:0|61|01:02.500||n1|key',
    '1_0.batch|COMPLETED|0:0|61|01:02.500|225280|n1|',
    '1_0.0|COMPLETED|0:0|60|00:01|52428800|n1|',
    '1_3|FAILED|3:0|1|1-02:00:00||n2|',
    '1_3.batch|FAILED|3:0|1||0|n2|',
    '1_4|CANCELLED by 1000|0:15|7|||n2|',
  ].join('\n');
  const [done, failed, cancelled] = parseAccounts(text);
  assert.deepEqual(done, {
    ...{ id: '1_0', state: 'COMPLETED', exitCode: 0, signal: 0, elapsed: 61, cpu: 62.5, nodes: 'n1', comment: 'key' },
    maxrss: 52_428_800,
  });
  assert.deepEqual([failed?.exitCode, failed?.cpu, failed?.maxrss], [3, 93_600, null]);
  assert.deepEqual([cancelled?.state, cancelled?.signal, cancelled?.cpu], ['CANCELLED', 15, null]);
});

test('sacct: elements without a line of their own are in the range of another', () => {
  const jobs = parseAccounts('19_[3-4,8%3]|CANCELLED by 0|0:0|0||||\n20_[1,2,...]|PENDING|0:0|0||||\n');
  assert.deepEqual(
    jobs.map(({ id }) => id),
    ['19_3', '19_4', '19_8', '20_1', '20_2'],
  );
});

test('scontrol show config: Slurm’s defaults where nothing is said', () => {
  assert.deepEqual(parseLimits('KillWait                = 5 sec\nMaxArraySize            = 10001\n'), {
    killWait: 5,
    maxArraySize: 10_001,
  });
  assert.deepEqual(parseLimits(''), { killWait: 30, maxArraySize: 1001 });
});

test('partitions: the smaller of node and partition counts, and one that is down is none', () => {
  const nodes = parseNodes('normal|8|16384\nnormal|4|32768+\nlong|8|16384\nempty|2|100\n');
  const text = [
    'PartitionName=normal MaxTime=02:00:00 State=UP MaxMemPerNode=8192 TRES=cpu=16',
    'PartitionName=long MaxTime=7-00:00:00 State=UP DefMemPerCPU=512',
    'PartitionName=open MaxTime=UNLIMITED State=UP MaxMemPerNode=UNLIMITED',
    'PartitionName=empty MaxTime=1:00 State=DOWN MaxMemPerNode=8192',
  ].join('\n');
  assert.deepEqual(parsePartitions(text, nodes), [
    { name: 'normal', cores: 8, memory: 8192, runtime: 7200 },
    { name: 'long', cores: 8, memory: 16_384, runtime: 604_800 },
    { name: 'open', cores: undefined, memory: undefined, runtime: undefined },
  ]);
});
