/** Loaded by every process of Skep under test before its own code: counts its points, and kills at the one that was ordered. */
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import { countsFile, killedFile, ORDER_VARIABLE, readInstructions, roleOf } from './order.ts';
import { watchPoints } from './points.ts';
import { findVictims } from './victims.ts';

const role = roleOf(process.argv);
const text = process.env[ORDER_VARIABLE];
if (role !== undefined && text !== undefined) {
  const { directory, kill } = readInstructions(text);
  if (kill === undefined) {
    let count = 0;
    watchPoints(() => count++);
    process.on('exit', () => appendFileSync(countsFile(directory), `${role} ${count}\n`));
  } else if (kill.role === role) {
    killAt(kill.point, (point, what) => {
      const victims = findVictims(kill.victim);
      // What is to be killed may not have been started yet: then the next point is as good.
      if (victims.length === 0) return 'wait';
      if (claim(killedFile(directory), `${role} ${point} ${what}\n`)) for (const pid of victims) end(pid);
      return 'over';
    });
  }
}

function killAt(point: number, strike: (point: number, what: string) => 'wait' | 'over'): void {
  let count = 0;
  let isOver = false;
  watchPoints((what) => {
    count++;
    if (isOver || count < point) return;
    isOver = strike(count, what) === 'over';
  });
}

/** Only one process kills, once: those that take its place live. */
function claim(path: string, note: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, note);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It has ended by itself.
  }
}
