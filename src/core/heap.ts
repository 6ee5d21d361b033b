import { setFlagsFromString } from 'node:v8';

/**
 * Percent by which the heap may grow between two full collections. By itself V8 lets a heap of a GiB grow to twice what is
 * in use, and a client that binds a million tasks then takes 1.5 GiB for 0.75; with this it takes 1.3, in the same time.
 */
const GROWTH = 30;

/** From now on this process takes less memory for more collections. Meant for programs, which own their process. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
