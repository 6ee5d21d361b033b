/** Keys of advisory locks, each of one database: any numbers that nobody else uses there ("skep" in ASCII, then a count). */
export const LOCKS = {
  /** Held by the transaction that writes. */
  writer: 0x736b657001,
  /** Held while a server brings the tables up to date. */
  prepare: 0x736b657002,
  /** Held by the session of the server that leads. */
  leader: 0x736b657003,
} as const;
