/** A change of all tasks that fit the conditions of the table, as the dialog holds it. */
import type { BodyOf } from '../../../api/route.ts';
import type { changeTasks } from '../../../api/routes/changing.ts';
import type { WorkflowSearch } from '../search.ts';

export type Action = BodyOf<typeof changeTasks>['action'];

export interface Draft {
  readonly action: Action;
  /** For `reset`: with everything downstream. */
  readonly recursive: boolean;
  /** For `retry`; empty texts are as before. */
  readonly memory: string;
  readonly cores: number | string;
  readonly runtime: string;
  readonly queue: string;
}

export const NEW_DRAFT: Draft = { action: 'retry', recursive: false, memory: '', cores: '', runtime: '', queue: '' };

/** What is asked of the server, but for who asks. */
export function requestOf(draft: Draft, conditions: WorkflowSearch) {
  const { action, recursive } = draft;
  const resources = action === 'retry' ? resourcesOf(draft) : {};
  return {
    action,
    filter: filterOf(conditions),
    ...(action === 'reset' && recursive && { recursive }),
    ...(Object.keys(resources).length > 0 && { resources }),
  };
}

/** Of the table, as the server takes them. */
export function filterOf({ status, array, search }: WorkflowSearch) {
  return {
    ...(status !== undefined && { status: [status] }),
    ...(array !== undefined && { array_id: [array] }),
    ...(search !== undefined && { search }),
  };
}

/** Plain numbers are GiB and seconds. */
function resourcesOf({ memory, cores, runtime, queue }: Draft) {
  return {
    ...(memory.trim() !== '' && { memory: amountOf(memory) }),
    ...(cores !== '' && { cores: Number(cores) }),
    ...(runtime.trim() !== '' && { runtime: amountOf(runtime) }),
    ...(queue.trim() !== '' && { queue: queue.trim() }),
  };
}

function amountOf(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text.trim();
}
