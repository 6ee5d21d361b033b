/** Randomness, handed in, so that one seed replays one history. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A fresh version-4 UUID. */
  uuid(): string;
  /** A secret of 256 bits as hexadecimal text. */
  secret(): string;
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  secret: () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex'),
};
