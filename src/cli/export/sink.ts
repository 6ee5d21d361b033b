/** Where an export is written, piece by piece. */
import { once } from 'node:events';
import { closeSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { cannotWrite, checkNewFile, existsAlready, type NewFileOptions } from '../output/new-file.ts';

export interface Sink {
  /** Resolves when more may be written. */
  write(text: string): Promise<void>;
}

/** Characters that are collected before they are written. */
const PIECE = 256 * 1024;

/** A stream, such as stdout, as fast as its reader reads. */
export async function writeToStream(stream: NodeJS.WritableStream, write: (sink: Sink) => Promise<string[]>) {
  return write({
    async write(text) {
      if (!stream.write(text)) await once(stream, 'drain');
    },
  });
}

/**
 * A file that is there whole or not at all: it is written beside its place, as `<path>.<pid>.tmp`, and renamed at the end.
 * @throws SkepError invalid_usage when it cannot be written; whatever `write` throws, after which nothing is left
 */
export async function writeToFile(
  path: string,
  options: NewFileOptions,
  write: (sink: Sink) => Promise<string[]>,
): Promise<string[]> {
  checkNewFile(path, options);
  const draft = new DraftFile(`${path}.${process.pid}.tmp`);
  try {
    const notes = await write(draft);
    draft.finish();
    if (options.force) renameSync(draft.path, path);
    else linkSync(draft.path, path); // Refused by the system when somebody else has made the file meanwhile.
    return notes;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw existsAlready(path);
    throw (cause as NodeJS.ErrnoException).syscall === undefined ? cause : cannotWrite(path, cause);
  } finally {
    draft.close();
    rmSync(draft.path, { force: true });
  }
}

/** A file that is written in large pieces. */
export class DraftFile implements Sink {
  readonly path: string;
  #file: number | undefined;
  #waiting: string[] = [];
  #length = 0;

  constructor(path: string) {
    this.path = path;
  }

  async write(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE) this.#flush();
  }

  /** Writes what is left, once. */
  finish(): void {
    this.#flush();
    this.close();
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #flush(): void {
    this.#file ??= openSync(this.path, 'w');
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#length = 0;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }
}
