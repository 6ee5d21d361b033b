import { readFileSync } from 'node:fs';

/**
 * How often the kernel has killed something in our cgroup for want of memory; 0 where it does not tell. It is the only
 * trace that such a death leaves: the signal is the same as that of any other kill.
 */
export function countOutOfMemoryKills(): number {
  for (const { path, pattern } of counterFiles()) {
    const count = pattern.exec(readOrNothing(path))?.[1];
    if (count !== undefined) return Number(count);
  }
  return 0;
}

interface CounterFile {
  readonly path: string;
  readonly pattern: RegExp;
}

let files: readonly CounterFile[] | undefined;

/** A process stays in its cgroup, so the places are looked up once. See cgroups(7). */
function counterFiles(): readonly CounterFile[] {
  files ??= readOrNothing('/proc/self/cgroup')
    .split('\n')
    .flatMap((line) => {
      const [, controllers, ...path] = line.split(':');
      const group = path.join(':');
      if (controllers === '') return [{ path: `/sys/fs/cgroup${group}/memory.events`, pattern: /^oom_kill (\d+)$/m }];
      if (!controllers?.split(',').includes('memory')) return [];
      return [{ path: `/sys/fs/cgroup/memory${group}/memory.oom_control`, pattern: /^oom_kill (\d+)$/m }];
    });
  return files;
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Another system, or a container without cgroups: nothing is known.
  }
}
