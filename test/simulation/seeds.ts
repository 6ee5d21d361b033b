/**
 * Plays histories one after the other and tells of each as one line of JSON: `<first seed> <last seed> <step>`.
 * A process of its own, so that several can share the processors, and so that a mutation can be in force in it alone.
 */
import { simulate } from './simulation.ts';

/** Every so many histories, one is played twice: the two must be the same. */
const REPEATED = 20;

const [first = 1, last = 1, step = 1] = process.argv.slice(2).map(Number);

process.on('SIGTERM', () => process.exit()); // In order: its databases lie in memory and have to be removed.

for (let seed = first; seed <= last; seed += step) {
  const outcome = await simulate(seed);
  const isRepeated = Math.floor((seed - first) / step) % REPEATED === 0;
  const again = isRepeated ? (await simulate(seed)).digest : outcome.digest;
  const { violation, ...others } = outcome;
  process.stdout.write(
    `${JSON.stringify({ ...others, again, violation: violation && { promise: violation.promise, sentence: violation.message } })}\n`,
  );
}
