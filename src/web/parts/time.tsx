import { useNow } from './clock.ts';
import { absoluteTime, relativeTime } from './format.ts';

/** A time in relation to now, with the exact one on hovering. `at`: milliseconds since 1970. */
export function Time({ at }: { readonly at: number | null }) {
  const now = useNow();
  if (at === null) return <>–</>;
  return (
    <time dateTime={new Date(at).toISOString()} title={absoluteTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}
