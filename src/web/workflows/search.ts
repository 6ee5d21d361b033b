/** What is shown of the list, as the address says it. */
export interface ListSearch {
  readonly search?: string | undefined;
  readonly user?: string | undefined;
  readonly tool?: string | undefined;
  readonly state?: ListState | undefined;
}

/** Words for groups of statuses, with their letters. */
export const LIST_STATES = {
  active: ['G', 'Q', 'I', 'O', 'R'],
  done: ['D'],
  failed: ['F', 'A'],
  halted: ['H'],
} as const;

export type ListState = keyof typeof LIST_STATES;

export function readListSearch(search: Record<string, unknown>): ListSearch {
  const { state } = search;
  return {
    search: textOf(search.search),
    user: textOf(search.user),
    tool: textOf(search.tool),
    state: typeof state === 'string' && Object.hasOwn(LIST_STATES, state) ? (state as ListState) : undefined,
  };
}

/** An address may hold anything, and digits arrive as a number. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
