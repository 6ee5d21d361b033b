import type { SeedResult } from './run-seeds.ts';
import { PROMISES } from './violation.ts';

/** Why a history is not as promised, in one paragraph, with its last lines and the way to see it again; undefined: it is. */
export function complaintOf({ seed, violation, digest, again, last }: SeedResult): string | undefined {
  if (violation === undefined && digest === again) return undefined;
  const { promise, sentence } = violation ?? {
    promise: 'I8' as const,
    sentence: `played twice, it became ${digest} and ${again}`,
  };
  return [
    `Seed ${seed} breaks ${promise} (${PROMISES[promise]}): ${sentence}`,
    `Its last ${last.length} lines:`,
    ...last.map((line) => `    ${line}`),
    `To see all of it: SIMULATION_LOG=1 make simulate SEEDS=1 FIRST_SEED=${seed}`,
  ].join('\n');
}
