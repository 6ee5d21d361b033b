import type { Progress } from '../api/queries.ts';
import { absoluteTime, clockTime, relativeTime } from '../parts/format.ts';

const DAY = 86_400_000;

/** When it will end, and between which times that most likely lies. */
export function forecastFigure({ earliest, expected, latest }: NonNullable<Progress['forecast']>, now: number) {
  const near = latest - now < DAY ? clockTime : absoluteTime;
  return {
    value: <span title={absoluteTime(expected)}>{relativeTime(expected, now)}</span>,
    more: <span title="8 of 10 ends lie in this range.">{`${near(earliest)} – ${near(latest)}`}</span>,
  };
}
