/** Rows as the wire groups them: status letter → ids. */
export function idsByStatus(
  rows: Iterable<{ readonly id: number; readonly status: string }>,
): Record<string, number[]> {
  const groups: Record<string, number[]> = {};
  for (const { id, status } of rows) {
    const ids = groups[status] ?? [];
    groups[status] = ids;
    ids.push(id);
  }
  return groups;
}
