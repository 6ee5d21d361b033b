/** The processes that a run consists of, told by the data directory in their environment. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Workbench } from './skep.ts';

/** Ids of the processes of this workbench, and of nothing else. */
export function processesOf(bench: Workbench): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readProcess(pid, 'environ').includes(bench.dataDirectory))
    .map(Number);
}

/** Those of them that are tasks, not parts of Skep. */
export function commandsOf(bench: Workbench): number[] {
  return processesOf(bench).filter((pid) => {
    const words = readProcess(pid, 'cmdline');
    return words !== '' && !/\/(main\.c?[tj]s|fork-server\.pl)/.test(words);
  });
}

/** The words that a process was started with; none for one that has ended. */
export function commandLineOf(pid: number): string[] {
  return readProcess(pid, 'cmdline').split('\0').slice(0, -1);
}

/** Kills all of them without warning, as a power cut would. */
export function killAll(bench: Workbench): void {
  for (const pid of processesOf(bench)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It ended by itself meanwhile.
    }
  }
}

/** Empty for a process that has ended meanwhile or belongs to somebody else. */
function readProcess(pid: number | string, file: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
