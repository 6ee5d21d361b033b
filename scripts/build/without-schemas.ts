import type { Plugin } from 'rolldown';

/** What stands for the library of schemas. */
const NO_SCHEMAS = `
const none = {};
const make = () => none;
export const Type = new Proxy(none, { get: () => make });`;

/**
 * Callers of routes read no schema (that is the server's part): it would be a tenth of the start of a worker, and tens of
 * kilobytes for the page. A module that needs a schema does not link with this.
 */
export function withoutSchemas(): Plugin {
  const id = '\0without-schemas';
  return {
    name: 'without-schemas',
    resolveId: (specifier) => (specifier === 'typebox' ? id : undefined),
    load: (wanted) => (wanted === id ? NO_SCHEMAS : undefined),
  };
}
