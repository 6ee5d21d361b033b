/** Bytes of a hash of 256 bits. */
const WIDTH = 32;

/**
 * A list of hashes of up to 256 bits. A bigint in an array takes 64 bytes of the heap; this takes half of that, and outside
 * of the heap, which would reserve room to grow in proportion.
 */
export class HashList {
  readonly #bytes: Buffer;

  /** Of this length for good, filled with zeros. */
  constructor(length: number) {
    this.#bytes = Buffer.alloc(length * WIDTH);
  }

  set(index: number, hash: bigint): void {
    this.#bytes.write(hash.toString(16).padStart(2 * WIDTH, '0'), index * WIDTH, 'hex');
  }

  get(index: number): bigint {
    return BigInt(`0x${this.#bytes.toString('hex', index * WIDTH, (index + 1) * WIDTH)}`);
  }
}
