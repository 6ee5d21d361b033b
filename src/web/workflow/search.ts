import { TASK_LABELS, type TaskLabel } from '../../core/task-label.ts';
import { textOf } from '../workflows/search.ts';

export const TABS = ['overview', 'graph', 'timeline', 'tasks', 'errors', 'resources'] as const;
export type Tab = (typeof TABS)[number];
const SORTS = ['id', 'status_changed', 'attempts'] as const;
export type Sort = (typeof SORTS)[number];

/** What is shown of a workflow, as its address says it. What follows the tab are conditions on tasks. */
export interface WorkflowSearch {
  readonly tab?: Tab | undefined;
  readonly status?: TaskLabel | undefined;
  readonly array?: number | undefined;
  readonly search?: string | undefined;
  readonly sort?: Sort | undefined;
  readonly descending?: boolean | undefined;
}

export function readWorkflowSearch(search: Record<string, unknown>): WorkflowSearch {
  return {
    tab: oneOf(TABS, search.tab),
    status: oneOf(TASK_LABELS, search.status),
    array: Number.isSafeInteger(search.array) ? (search.array as number) : undefined,
    search: textOf(search.search),
    sort: oneOf(SORTS, search.sort),
    descending: search.descending === true ? true : undefined,
  };
}

function oneOf<Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}
