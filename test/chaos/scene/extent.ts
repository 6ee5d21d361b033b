/** `make chaos` runs everything at full size, `make test` as much as shows that it still works. */
export const isLong = process.env.CHAOS === 'long';
