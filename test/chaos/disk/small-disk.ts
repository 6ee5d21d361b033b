/** A disk in memory that is small enough to be filled. Only root may mount one. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Why tests of full disks are skipped; false where they can run. */
export const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'only root can mount a small disk';

const STEP = Buffer.alloc(4096);

export class SmallDisk {
  readonly directory: string;

  /** Mounts an empty disk of some KiB on a directory, which is created. */
  constructor(directory: string, size: number) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    run('mount', '-t', 'tmpfs', '-o', `size=${size}k,mode=0700`, 'tmpfs', directory);
  }

  /** On a directory of its own, until the test is over. */
  static temporary(test: Pick<TestContext, 'after'>, size: number): SmallDisk {
    const disk = new SmallDisk(mkdtempSync(join(tmpdir(), 'skep-disk-')), size);
    test.after(() => {
      disk.unmount();
      rmdirSync(disk.directory);
    });
    return disk;
  }

  /** Leaves no byte free. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (;;) writeSync(file, STEP);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Frees what {@link fill} took. */
  free(): void {
    rmSync(this.#filler);
  }

  forbidWriting(): void {
    run('mount', '-o', 'remount,ro', this.directory);
  }

  /** Takes it away with everything on it, also from processes that still use it. */
  unmount(): void {
    run('umount', '--lazy', this.directory);
  }

  get #filler(): string {
    return join(this.directory, 'filler');
  }
}

function run(program: string, ...words: string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
}
