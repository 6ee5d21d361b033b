import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readParameters } from '../../../../src/distributor/clusters/slurm/parameters.ts';

const refusal = (given: Record<string, unknown>): string => {
  try {
    readParameters('hpc', given);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('without any, the commands of the environment are used', () => {
  const { transport, pollInterval, callTimeout, pendingGrace, slurmConf } = readParameters('hpc', {});
  assert.deepEqual([transport, pollInterval, callTimeout, pendingGrace, slurmConf], ['cli', 10, 60, 300, undefined]);
});

test('rest with its address, version and token file', () => {
  const given = { transport: 'rest', rest_url: 'https://h:6820/x', rest_api_version: 'v0.0.38', rest_token_file: '/t' };
  const { restUrl, restApiVersion, restTokenFile, maxArraySize } = readParameters('hpc', {
    ...given,
    max_array_size: 500,
  });
  assert.deepEqual([restUrl, restApiVersion, restTokenFile, maxArraySize], ['https://h:6820/x', 'v0.0.38', '/t', 500]);
});

test('each refusal names the cluster and the parameter', () => {
  const rest = { transport: 'rest' };
  for (const [given, sentence] of [
    [{ pol_interval: 1 }, /^Cluster hpc: there is no parameter pol_interval; there are transport, slurm_conf, /],
    [{ poll_interval: 0 }, /poll_interval is 0, not a number of seconds above 0/],
    [{ slurm_conf: 3 }, /slurm_conf is 3, not text/],
    [{ transport: 'soap' }, /transport is "soap", not cli or rest/],
    [rest, /rest needs rest_url/],
    [{ ...rest, rest_url: 'unix:/x' }, /rest needs rest_url/],
    [{ rest_api_version: '38' }, /rest_api_version is "38", not a version such as v0.0.38/],
    [{ max_array_size: 1.5 }, /max_array_size is 1.5, not a whole number above 0/],
  ] as const) {
    assert.match(refusal(given), sentence);
  }
});

test('an address with a password is refused, and not shown', () => {
  const sentence = refusal({ transport: 'rest', rest_url: 'http://me:secret@h:6820' });
  assert.match(sentence, /without user and password/);
  assert.doesNotMatch(sentence, /secret/);
});
