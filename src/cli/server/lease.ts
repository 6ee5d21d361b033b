/**
 * Who uses the embedded server: one empty file per process, named by a text that identifies the process for good. The
 * process that serves stays until no other one that lives holds a lease; a lease of a dead process counts for nothing.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lives, type ProcessLauncher } from '../../core/process.ts';
import { writingTo } from '../output/data-directory.ts';

export interface Lease {
  release(): void;
  /** How many other living processes hold a lease. */
  others(): number;
}

/** @throws SkepError database_unavailable when the data directory cannot be written. */
export function takeLease(dataDirectory: string, processes: ProcessLauncher): Lease {
  const directory = join(dataDirectory, 'clients');
  const own = processes.identify(process.pid) ?? `${process.pid}@unknown`;
  writingTo(dataDirectory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, own), '', { mode: 0o600 });
  });
  const isAlive = (identity: string) => lives(identity, processes);
  const others = () => {
    const holders = readdirSync(directory).filter((identity) => identity !== own);
    for (const identity of holders) if (!isAlive(identity)) rmSync(join(directory, identity), { force: true });
    return holders.filter(isAlive).length;
  };
  others(); // Beside a server of its own nobody else would ever remove what killed clients left.
  return { release: () => rmSync(join(directory, own), { force: true }), others };
}
