/** One scheduling tick over ready tasks, in one or in many groups of equal resources that lie mixed in the queue. */
import { Scheduler } from '../src/client/swarm/services/scheduler.ts';
import { TaskFlow } from '../src/client/swarm/task-flow.ts';
import { systemClock } from '../src/core/clock.ts';
import { silentLog } from '../src/core/log.ts';
import { benchmark } from './framework/benchmark.ts';
import { growthExponent, median } from './framework/figure.ts';
import { AgreeableGateway, createState } from './framework/large-state.ts';

await benchmark(async ({ repeats, sizes, add }) => {
  for (const [groups, reach] of [
    [1, '≤ 1 s for 1,000,000'],
    [100, '≤ 1.5 s for 1,000,000'],
  ] as const) {
    const points: { size: number; seconds: number }[] = [];
    for (const size of sizes(10_000, 100_000, 1_000_000)) {
      const values: number[] = [];
      for (let round = 0; round < repeats; round++) values.push(await schedule(size, groups));
      points.push({ size, seconds: median(values) });
      add({
        work: `queue ${size.toLocaleString('en')} ready tasks, ${groups} resource group${groups === 1 ? '' : 's'}, fake gateway`,
        values,
        unit: 's',
        reach,
        peak: process.resourceUsage().maxRSS * 1024,
        remark: points.length > 1 ? `growth exponent ${growthExponent(points).toFixed(2)}` : undefined,
      });
    }
  }
});

/** Seconds. The tasks become ready before the clock starts. */
async function schedule(size: number, groups: number): Promise<number> {
  const state = createState(size, groups);
  await new TaskFlow(state, silentLog).enqueueFringe();
  const gateway = new AgreeableGateway();
  const scheduler = new Scheduler({ gateway, state, clock: systemClock, log: silentLog });
  const started = performance.now();
  await scheduler.tick({ apply: (update) => void state.applyUpdate(update) });
  const seconds = (performance.now() - started) / 1000;
  if (state.getActiveTaskCount() !== size)
    throw new Error(`${state.getActiveTaskCount()} of ${size} tasks are queued.`);
  return seconds;
}
