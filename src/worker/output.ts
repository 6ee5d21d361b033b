/** What a command writes: copied to its log file as it comes, its end kept in memory. Source: distributor-worker §8.4. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { StreamEnd } from './shown-output.ts';
import { Tail } from './tail.ts';

/** An open log file, or none: then only the tail is kept. */
export interface LogFile {
  readonly path: string | null;
  readonly handle: FileHandle | undefined;
}

/** Creates (or empties) a log file, and its directory if need be. Rejects with the system's error. */
export async function openLogFile(path: string | null): Promise<LogFile> {
  if (path === null) return { path, handle: undefined };
  await mkdir(dirname(path), { recursive: true });
  return { path, handle: await open(path, 'w') };
}

export class OutputCapture {
  readonly #tail = new Tail();
  readonly #stream: Readable;
  readonly #file: LogFile;
  /** Resolves when the stream has ended (or was abandoned) and the file is closed. Never rejects. */
  readonly finished: Promise<void>;
  /** Why the file is not complete, if it is not. */
  failure: Error | undefined;
  #abandoned = false;

  constructor(stream: Readable, file: LogFile) {
    this.#stream = stream;
    this.#file = file;
    this.finished = this.#copy();
  }

  /** The last characters of what was written so far. */
  text(): string {
    return this.#tail.text();
  }

  /** As {@link text}, with the number of bytes that were written. */
  end(): StreamEnd {
    return { text: this.#tail.text(), until: this.#tail.size };
  }

  /** Listens no more, for a stream that something out of our reach keeps open. */
  abandon(): void {
    this.#abandoned = true;
    this.#stream.destroy();
  }

  /**
   * The next chunk is read when this one is on its way to the disk, so a flood waits in the pipe and not in memory. A
   * file that cannot be written does not stop the command: it would otherwise hang on a full pipe.
   */
  async #copy(): Promise<void> {
    const { handle } = this.#file;
    try {
      for await (const chunk of this.#stream) {
        this.#tail.add(chunk);
        if (handle !== undefined && this.failure === undefined) {
          await handle.writeFile(chunk).catch((error) => this.#fail(error));
        }
      }
    } catch (error) {
      if (!this.#abandoned) this.#fail(error as Error);
    }
    await handle?.close().catch((error) => this.#fail(error));
  }

  #fail(error: Error): void {
    this.failure ??= error;
  }
}
