import type { Clock } from '../../core/clock.ts';

/** Items of one slice: some ten milliseconds of the work that a build does for each task. */
const SLICE = 20_000;

/** Calls `action` with each item, and lets whatever else is due, such as a heartbeat, have its turn now and then. */
export async function inSlices<Item>(items: Iterable<Item>, clock: Clock, action: (item: Item) => void): Promise<void> {
  let count = 0;
  for (const item of items) {
    action(item);
    count += 1;
    if (count % SLICE === 0) await clock.sleep(0);
  }
}
