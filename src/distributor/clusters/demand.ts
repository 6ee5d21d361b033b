import type { SupervisorJob } from '../../api/supervisor.ts';

/** What a command occupies and may use: cores (at least one), GiB and seconds, as far as they were requested. */
export function demandOf(
  resources: Readonly<Record<string, unknown>>,
): Pick<SupervisorJob, 'cores' | 'memory' | 'runtime'> {
  return {
    cores: positive(resources.cores) ?? 1,
    memory: positive(resources.memory),
    runtime: positive(resources.runtime),
  };
}

function positive(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : null;
}
