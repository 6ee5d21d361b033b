/** Values of answers. Versions write the same in different shapes; what has none of them counts as absent. */

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `3`, or as newer versions write it: `{"set": true, "infinite": false, "number": 3}`. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const { set, infinite, number } = fieldsOf(value);
  return set === true && infinite !== true && typeof number === 'number' ? number : undefined;
}

/** `"RUNNING"`, or as newer versions write it: `["RUNNING", "COMPLETING"]`. */
export function wordsOfState(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : listOf(value).map(textOf);
}
