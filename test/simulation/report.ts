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

/** What many histories held, in a few lines; `seconds` is what it took to play them. */
export function summaryOf(results: readonly SeedResult[], seconds: number): string {
  const total = (read: (result: SeedResult) => number) => results.reduce((sum, result) => sum + read(result), 0);
  const kinds = [...new Set(results.flatMap(({ faults }) => Object.keys(faults)))].sort();
  return [
    `${results.length} seeds in ${seconds.toFixed(0)} s (${(results.length / seconds).toFixed(1)} a second): ` +
      `${(total(({ duration }) => duration) / 3600).toFixed(0)} simulated hours, ${total(({ steps }) => steps)} steps, ` +
      `${total(({ answers }) => answers)} answers, ${total(({ commands }) => commands)} commands`,
    `Final reports kept in files: ${total(({ reports }) => reports.kept)}; ` +
      `delivered by others than their worker: ${total(({ reports }) => reports.delivered)}`,
    `Faults: ${kinds.map((kind) => `${kind} ${total(({ faults }) => faults[kind] ?? 0)}`).join(', ')}`,
  ].join('\n');
}
