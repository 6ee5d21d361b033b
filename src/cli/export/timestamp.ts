/** A time in milliseconds since 1970 as ISO 8601 has it, which WfFormat and RO-Crate want. */
export function timestamp(time: number): string {
  return new Date(Math.round(time)).toISOString();
}
