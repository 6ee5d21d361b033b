import { shellQuote } from '../../../core/shell-quote.ts';
import { isOnPath } from '../search-path.ts';
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
