/**
 * A table as JSON text by columns, `{"ID":{"0":4,"1":3},"NAME":{"0":"b","1":"a"}}`: three routes answer such a text, which
 * data-frame libraries read. Source: http-views §1.4.
 */
export function frameText<Row extends object>(columns: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  return JSON.stringify(
    Object.fromEntries(
      columns.map((column) => [column, Object.fromEntries(rows.map((row, index) => [index, row[column]]))]),
    ),
  );
}
