import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterUnreachable } from '../../../../../src/distributor/clusters/errors.ts';
import { paperSlurmrestd, TOKEN } from '../../../../support/paper-slurmrestd.ts';

const JOBS = { method: 'GET', daemon: 'slurm', path: '/jobs' } as const;
const paths = (...versions: string[]) => Object.fromEntries(versions.map((name) => [`/slurm/${name}/jobs`, {}]));

test('a call carries user and token below the address and the version', async (context) => {
  const { requests, connection } = await paperSlurmrestd(context, () => [200, { errors: [], jobs: [] }]);
  await connection.ask(JOBS);
  assert.equal(requests[0]?.line, 'GET /p/slurm/v0.0.38/jobs');
  const { 'x-slurm-user-name': user, 'x-slurm-user-token': token } = requests[0]?.headers ?? {};
  assert.deepEqual([user, token], ['ada', TOKEN]);
});

test('the newest version that both know is found once', async (context) => {
  const { requests, connection } = await paperSlurmrestd(
    context,
    ({ line }) => [
      200,
      line.endsWith('/openapi/v3') ? { paths: paths('v0.0.37', 'v0.0.41', 'v0.0.39', 'v0.0.99') } : {},
    ],
    { version: 'newest' },
  );
  await connection.ask(JOBS);
  await connection.ask(JOBS);
  const jobs = 'GET /p/slurm/v0.0.41/jobs';
  assert.deepEqual(
    requests.map(({ line }) => line),
    ['GET /p/openapi/v3', jobs, jobs],
  );
});

test('without a version that we know the sentence names those that are offered', async (context) => {
  const offer = { paths: paths('v0.0.36', 'v0.0.37') };
  const { connection } = await paperSlurmrestd(context, () => [200, offer], { version: 'newest' });
  await assert.rejects(connection.ask(JOBS), /offers v0.0.36, v0.0.37; known are v0.0.38 to v0.0.42/);
});

test('errors count also in an answer with status 200, in each of their shapes', async (context) => {
  const errors = [
    { error: 'Invalid job id specified', error_number: 2017, description: 'Unable to find JobId=9' },
    { error: 'Nothing found with query', error_code: 9003 },
    { description: 'Unknown key "frob"' },
  ];
  const { connection } = await paperSlurmrestd(context, () => [200, { errors }]);
  await assert.rejects(connection.ask(JOBS), (error: Error) => {
    assert.ok(error instanceof ClusterUnreachable);
    assert.match(error.message, /Invalid job id specified; Nothing found with query; Unknown key "frob"$/);
    return true;
  });
  const known = await paperSlurmrestd(context, () => [500, { errors: errors.slice(0, 2) }]);
  assert.equal((await known.connection.ask(JOBS, [2017, 9003])).errors.length, 2);
});

test('whatever is no answer of slurmrestd is no answer at all', async (context) => {
  for (const [answer, sentence] of [
    [[404, 'Unable find requested URL.'], /does not offer \/slurm\/v0.0.38\/jobs/],
    [[502, '<html>'], /status 502, and the answer is no JSON/],
    [[500, {}], /status 500/],
    [[200, 'x'.repeat(200_000)], /longer than 100000 bytes/],
  ] as const) {
    const { connection } = await paperSlurmrestd(context, () => answer);
    await assert.rejects(connection.ask(JOBS), (error: Error) => {
      assert.ok(error instanceof ClusterUnreachable);
      assert.match(error.message, sentence);
      return true;
    });
  }
});

test('an answer that does not come is given up', async (context) => {
  const { connection } = await paperSlurmrestd(context, () => undefined, { timeout: 0.1 });
  await assert.rejects(connection.ask(JOBS), /GET \/jobs of slurmrestd \(slurm\): no answer within 0.1 s\./);
});

test('a token that is not accepted is replaced once', async (context) => {
  const answer = ({ headers }: { headers: Record<string, unknown> }) =>
    [headers['x-slurm-user-token'] === 'good' ? 200 : 401, { errors: [] }] as const;
  const renewed = await paperSlurmrestd(context, answer, { tokens: ['old', 'good'] });
  assert.equal((await renewed.connection.ask(JOBS)).status, 200);
  const stale = await paperSlurmrestd(context, answer, { tokens: ['old'] });
  await assert.rejects(stale.connection.ask(JOBS), /does not accept the token of user ada\.$/);
  assert.equal(stale.requests.length, 1);
});

test('an error of which Slurm says no more may be the token’s', async (context) => {
  const errors = [{ error: 'Unspecified error', error_number: -1 }];
  const { connection } = await paperSlurmrestd(context, () => [500, { errors }]);
  await assert.rejects(connection.ask(JOBS), /Unspecified error \(a token that Slurm does not accept/);
});
