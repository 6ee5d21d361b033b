import type { Spool } from '../../src/core/spool.ts';

/** A spool without files: what it holds is as safe as on a disk that never fails. */
export function memorySpool(): Spool {
  const reports = new Map<string, string>();
  return {
    async keep(name, report) {
      reports.set(name, JSON.stringify(report));
    },
    async drop(name) {
      reports.delete(name);
    },
    async kept() {
      return [...reports].sort().map(([name, text]) => [name, JSON.parse(text)] as const);
    },
    async setAside(name) {
      reports.delete(name);
    },
  };
}
