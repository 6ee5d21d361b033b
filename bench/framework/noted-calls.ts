import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Acceptance {
  /** From the start of the first `sbatch` to the end of the last one. */
  readonly seconds: number;
  readonly calls: number;
}

/** An `sbatch` that writes down when it began and ended, in nanoseconds. */
export class NotedCalls {
  readonly program: string;
  readonly #log: string;

  constructor(directory: string) {
    this.#log = join(directory, 'calls');
    this.program = join(directory, 'bin', 'sbatch');
    rmSync(this.#log, { force: true });
    mkdirSync(dirname(this.program), { recursive: true });
    const real = `PATH='${process.env.PATH}' sbatch "$@"`;
    const noted = `b=$(date +%s%N)\n${real} || exit\necho "$b $(date +%s%N)" >> ${this.#log}`;
    writeFileSync(this.program, `#!/bin/sh\n${noted}\n`);
    chmodSync(this.program, 0o755);
  }

  read(): Acceptance {
    const calls = readFileSync(this.#log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number) as [begin: number, end: number]);
    const nanoseconds = Math.max(...calls.map(([, end]) => end)) - Math.min(...calls.map(([begin]) => begin));
    return { seconds: nanoseconds / 1e9, calls: calls.length };
  }
}
