import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clusters } from '../../../src/client/resources/cluster.ts';
import { FakeFailure, fakeTransport } from '../../support/fake-transport.ts';
import { makeRequester } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function clustersOf(answer: Parameters<typeof fakeTransport>[0]) {
  const transport = fakeTransport(answer);
  return { transport, clusters: new Clusters(makeRequester(transport, new VirtualClock())) };
}

test('a cluster and its queues are asked for once, also by callers that come together', async () => {
  const { transport, clusters } = clustersOf(({ path }) =>
    path.includes('/queue/')
      ? { queue: [9, 'all.q', "{'cores': (1, 20)}"] }
      : { cluster: [4, 'slurm', 'slurm', '{"account": "x"}'] },
  );
  const [cluster, same] = await Promise.all([clusters.get('slurm'), clusters.get('slurm')]);
  assert.equal(cluster, same);
  assert.deepEqual([cluster.id, cluster.type, cluster.connectionParameters], [4, 'slurm', { account: 'x' }]);
  const [queue] = await Promise.all([cluster.getQueue('all.q'), cluster.getQueue('all.q')]);
  assert.deepEqual([queue.id, queue.parameters], [9, { cores: [1, 20] }]);
  assert.deepEqual(transport.lines, ['GET /v3/cluster/slurm', 'GET /v3/cluster/4/queue/all.q']);
});

test('unknown clusters and queues are named', async () => {
  const { clusters } = clustersOf(({ path }) =>
    path.includes('/queue/') || path.endsWith('/mars')
      ? { queue: null, cluster: null }
      : { cluster: [4, 'a', 'dummy', null] },
  );
  await assert.rejects(clusters.get('mars'), { code: 'cluster_unknown', message: /Cluster mars / });
  const cluster = await clusters.get('a');
  await assert.rejects(cluster.getQueue('long.q'), {
    code: 'queue_unknown',
    message: 'Queue long.q does not exist on cluster a.',
  });
});

test('a failure is not remembered', async () => {
  let broken = true;
  const { clusters } = clustersOf(() => {
    if (broken) throw new FakeFailure(400);
    return { cluster: [4, 'a', 'dummy', null] };
  });
  await assert.rejects(clusters.get('a'), { code: 'request_refused' });
  broken = false;
  assert.equal((await clusters.get('a')).id, 4);
});

test('parameters that are no dictionary are refused with the name of the queue', async () => {
  const { clusters } = clustersOf(({ path }) =>
    path.includes('/queue/') ? { queue: [9, 'odd.q', '[1, 2'] } : { cluster: [4, 'a', 'dummy', null] },
  );
  const cluster = await clusters.get('a');
  await assert.rejects(cluster.getQueue('odd.q'), { code: 'literal_malformed', message: /queue odd\.q on cluster a/ });
});
