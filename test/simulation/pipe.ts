import { Readable, Writable } from 'node:stream';

/** A pipe between two processes. When one of them is dead, the other reads the end, or writes to nobody. */
export class Pipe {
  readonly reader = new Readable({ read: () => {} });
  readonly writer: Writable;
  #isOpen = true;

  constructor() {
    this.writer = new Writable({
      write: (chunk, _encoding, done) => {
        if (this.#isOpen) this.reader.push(chunk);
        done();
      },
      final: (done) => {
        this.close();
        done();
      },
      destroy: (_error, done) => {
        this.close();
        done(null);
      },
    });
  }

  /** What was written is read yet, and nothing after it. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.reader.push(null);
  }
}
