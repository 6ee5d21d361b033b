import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { shellQuote } from '../../../core/shell-quote.ts';
import type { ExecutionTask } from './schema.ts';

/**
 * The command line of a recorded task, or undefined when its program is not on `searchPath`: then the task is replayed.
 * Engines such as Nextflow record a whole script in place of a program; that is never a program on the path.
 */
export function commandOf(execution: ExecutionTask | undefined, searchPath: string): string | undefined {
  const { program = '', arguments: words = [] } = execution?.command ?? {};
  if (!/^[\w.+/-]+$/.test(program) || !isOnPath(program, searchPath)) return undefined;
  return [program, ...words].map((word) => (word === '' ? "''" : shellQuote(word))).join(' ');
}

const found = new Map<string, boolean>();

/** A trace names few programs in many tasks: each is looked for once. */
function isOnPath(program: string, searchPath: string): boolean {
  const key = `${searchPath}\n${program}`;
  let answer = found.get(key);
  if (answer === undefined) {
    const candidates = program.includes('/') ? [program] : searchPath.split(':').map((folder) => join(folder, program));
    answer = candidates.some(isProgram);
    found.set(key, answer);
  }
  return answer;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
