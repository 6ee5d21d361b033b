/**
 * Plays the history of each seed that comes as a line, and tells of it as one line of JSON. A process of its own, so that
 * several can share the processors, and so that a mutation can be in force in it alone.
 */
import { createInterface } from 'node:readline';
import { simulate } from './simulation.ts';

/** Every so many histories, one is played twice: the two must be the same. */
const REPEATED = 20;

process.on('SIGTERM', () => process.exit()); // In order: its databases lie in memory and have to be removed.
process.on('SIGINT', () => {}); // Ctrl-C is the starter's to answer.

for await (const line of createInterface({ input: process.stdin })) {
  const seed = Number(line);
  const { violation, last, ...others } = await simulate(seed);
  const again = seed % REPEATED === 1 ? (await simulate(seed)).digest : others.digest;
  const isBroken = violation !== undefined || again !== others.digest;
  const complaint = violation && { promise: violation.promise, sentence: violation.message };
  const result = { ...others, again, last: isBroken ? last : [], violation: complaint };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
