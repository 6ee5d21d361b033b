/** Characters of each stream that are reported with the end of an attempt. Source: distributor-worker §8.3. */
const TAIL_CHARACTERS = 10_000;
/** No UTF-8 character is longer than four bytes. */
const TAIL_BYTES = 4 * TAIL_CHARACTERS;

/** The end of a stream of bytes, read as text only when it is asked for. */
export class Tail {
  #chunks: Buffer[] = [];
  #length = 0;
  #size = 0;
  #cut = false;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    this.#size += chunk.length;
    while (this.#length - (this.#chunks[0]?.length ?? 0) >= TAIL_BYTES) {
      this.#length -= this.#chunks.shift()?.length ?? 0;
      this.#cut = true;
    }
  }

  /** Bytes that have come. */
  get size(): number {
    return this.#size;
  }

  /** The last {@link TAIL_CHARACTERS} characters (code points); what is no UTF-8 is replaced. */
  text(): string {
    const bytes = Buffer.concat(this.#chunks);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#cut ? fromFirstCharacter(bytes) : bytes);
    // A text of n units has at most n code points, and most texts are short.
    if (text.length <= TAIL_CHARACTERS) return text;
    return Array.from(text).slice(-TAIL_CHARACTERS).join('');
  }
}

/** Drops the rest of a character whose beginning has been cut off: at most three continuation bytes. */
function fromFirstCharacter(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0b1100_0000) === 0b1000_0000) start++;
  return bytes.subarray(start);
}
