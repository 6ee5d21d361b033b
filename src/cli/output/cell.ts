/** The text of one cell; a missing value is empty. */
export function cellText(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
