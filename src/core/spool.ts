/** Final reports that found no server, kept in files until somebody has delivered them. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, dataDirectory } from './config.ts';

/** Where reports wait. Whoever delivers one drops it; to deliver one twice is harmless, to lose one is not. */
export interface Spool {
  /** Keeps a report (anything that JSON can hold) under a name; a former one of that name is replaced. */
  keep(name: string, report: unknown): Promise<void>;
  drop(name: string): Promise<void>;
  /** What is kept, as `[name, report]`. Text that is no JSON comes as undefined. */
  kept(): Promise<(readonly [name: string, report: unknown])[]>;
  /** Puts a report that nobody can deliver where a person finds it and {@link kept} does not. */
  setAside(name: string): Promise<void>;
}

/**
 * The spool of this user for the reports to one server's database. On a cluster its directory is reached from all nodes,
 * as home directories usually are; where it is not, only the worker itself delivers.
 */
export function spoolFor(config: Config, database: string): Spool {
  return directorySpool(join(dataDirectory(config), 'spool', database));
}

const SUFFIX = '.json';

export function directorySpool(directory: string): Spool {
  const pathOf = (name: string) => join(directory, `${name}${SUFFIX}`);
  return {
    async keep(name, report) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const draft = join(directory, `${name}.${process.pid}.draft`);
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(report));
        await file.sync(); // The one who wrote it may be killed next, and with it the machine.
      } finally {
        await file.close();
      }
      await rename(draft, pathOf(name));
    },
    async drop(name) {
      await rm(pathOf(name), { force: true });
    },
    async kept() {
      const names = await readdir(directory).catch(emptyWhenMissing);
      const reports = names.filter((name) => name.endsWith(SUFFIX)).sort();
      const texts = await Promise.all(
        reports.map((file) => readFile(join(directory, file), 'utf8').catch(emptyWhenMissing)),
      );
      return reports.flatMap((file, index) => {
        const text = texts[index];
        return typeof text === 'string' ? [[file.slice(0, -SUFFIX.length), parse(text)] as const] : [];
      });
    },
    async setAside(name) {
      await rename(pathOf(name), `${pathOf(name)}.refused`).catch(emptyWhenMissing);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nothing was ever kept here, or another has delivered it meanwhile. */
function emptyWhenMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
