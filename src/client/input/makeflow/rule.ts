/** One rule of a Makeflow file. */
export interface Rule {
  readonly line: number;
  readonly targets: readonly string[];
  readonly sources: readonly string[];
  readonly command: string;
  readonly isLocal: boolean;
  /** Undefined: it is in none. */
  readonly category: string | undefined;
  /** CORES, MEMORY and their like, as they are in force for it. */
  readonly settings: ReadonlyMap<string, string>;
}
