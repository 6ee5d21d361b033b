/** What is known of a workflow when its end is to be foretold. Times are milliseconds since 1970. */

export interface Situation {
  readonly now: number;
  /** Tasks of the workflow that may be active at once. */
  readonly limit: number;
  readonly templates: readonly TemplateSituation[];
  readonly edges: readonly TemplateEdge[];
  /** The attempts of the run that ended last, in any order. */
  readonly ended: readonly EndedAttempt[];
  /** Those that run; of very many, some. */
  readonly running: readonly RunningAttempt[];
}

export interface TemplateSituation {
  /** Names it in edges and attempts. */
  readonly arrayId: number;
  readonly limit: number;
  readonly tasks: number;
  readonly done: number;
  readonly fatal: number;
  readonly running: number;
  /** Tasks that have an attempt that does not run yet. */
  readonly waiting: number;
  /** Attempts that a task may have. */
  readonly maxAttempts: number;
  /** Seconds, of attempts that were done, also long ago; undefined: none was. */
  readonly runTime: { readonly median: number; readonly p95: number } | undefined;
}

/** Tasks of `to` wait for tasks of `from`. */
export interface TemplateEdge {
  readonly from: number;
  readonly to: number;
  /** How many tasks of `from` a task of `to` waits for, on average. */
  readonly upstreams: number;
}

export interface EndedAttempt {
  readonly arrayId: number;
  readonly begun: number;
  readonly ended: number;
  readonly isDone: boolean;
}

export interface RunningAttempt {
  readonly arrayId: number;
  readonly begun: number;
}

/** Milliseconds since 1970 between which a workflow ends, and the middle of what is possible. */
export interface Forecast {
  readonly earliest: number;
  readonly likely: number;
  readonly latest: number;
}
