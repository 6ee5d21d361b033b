import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

const found = new Map<string, boolean>();

/** Whether a program, a path or a name on `searchPath`, can be run. A file names few in many tasks: each is looked for once. */
export function isOnPath(program: string, searchPath: string): boolean {
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
