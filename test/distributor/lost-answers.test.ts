import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Requester } from '../../src/api/requester.ts';
import type { Transport } from '../../src/api/transport.ts';
import { httpTransport } from '../../src/api/transport.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { systemRandom } from '../../src/core/random.ts';
import { runDistributor } from '../../src/distributor/distributor.ts';
import { Workplace } from '../support/workplace.ts';

/** Carries every request out, and loses the answer of the first one to each path. */
function forgetful(inner: Transport): Transport & { readonly lost: Set<string> } {
  const lost = new Set<string>();
  return {
    lost,
    async send(request) {
      const answer = await inner.send(request);
      const path = request.url.split('?')[0] as string;
      if (lost.has(path)) return answer;
      lost.add(path);
      throw new Error('connection cut');
    },
    close: () => inner.close(),
  };
}

for (const extensions of [true, false]) {
  test(`every first answer is lost: nothing is lost or done twice (${extensions ? 'feed' : 'polling'})`, async (t) => {
    const place = await Workplace.open(t, { extensions });
    const file = `${place.directory}/ran`;
    const bound = await place.bind(['a', 'b', 'c'].map((name) => `echo ${name} >>${file}`));
    const run = await place.link(bound);
    const transport = forgetful(httpTransport(place.url));
    const controller = new AbortController();
    const ready = Promise.withResolvers<void>();
    const { PATH } = process.env;
    Object.assign(process.env, place.environment, { PATH }); // The supervisor is a process and asks for itself.
    const ended = runDistributor({
      clusterName: 'multiprocess',
      workflowRunId: run,
      workflowId: bound.workflowId,
      requester: new Requester({ transport, token: 'honey' }),
      config: { ...place.config, http: { ...place.config.http, service_url: place.url } },
      clock: systemClock,
      random: systemRandom,
      processes: systemProcesses,
      log: silentLog,
      signal: controller.signal,
      announce: (word) => (word === 'ALIVE' ? ready.resolve() : undefined),
    });
    await Promise.race([ready.promise, ended]);
    await place.moveRun(run, 'R');
    const ids = await place.queue(bound, run);
    await place.untilEnded(run);
    for (const [step, id] of ids.entries()) {
      assert.equal(await place.pair(id), 'D/D');
      await place.until(async () => (await place.instance(id)).distributor_id === `1_${step}`);
    }
    assert.deepEqual(readFileSync(file, 'utf8').trim().split('\n').sort(), ['a', 'b', 'c']);
    // The commands may be over before the report of their launch, which gives way to them, is on its way.
    const launch = extensions ? 'launch_batch' : 'transition_to_launched';
    await place.until(async () => [...transport.lost].some((path) => path.includes(launch)));
    controller.abort();
    await ended;
    await transport.close();
  });
}
