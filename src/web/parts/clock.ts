import { useSyncExternalStore } from 'react';

/** Milliseconds; what is shown in words need not be newer. */
const TICK = 1000;
let now = Date.now();

function subscribe(changed: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    changed();
  }, TICK);
  return () => clearInterval(timer);
}

/** The time, in milliseconds since 1970, a second old at most. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
