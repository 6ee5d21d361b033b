/** Small workflows, told once for those that run them and those that check them. */
export interface PlannedTask {
  readonly name: string;
  /** Names of the tasks that must be done before. */
  readonly after: readonly string[];
  /** Attempts that fail before one succeeds. */
  readonly failures: number;
  readonly maxAttempts: number;
  /** Part of the array of which one task may run at a time. */
  readonly narrow: boolean;
}

type Shape = readonly PlannedTask[];

const task = (name: string, after: readonly string[] = [], more: Partial<PlannedTask> = {}): PlannedTask => ({
  ...{ name, after, failures: 0, maxAttempts: 3, narrow: false },
  ...more,
});

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export const SHAPES = {
  chain: names('link', 4).map((name, index) => task(name, index === 0 ? [] : [`link${index - 1}`])),
  diamond: [
    task('top'),
    task('left', ['top']),
    task('right', ['top'], { failures: 1 }),
    task('bottom', ['left', 'right']),
  ],
  fan: [
    task('source'),
    ...names('blade', 5).map((name) => task(name, ['source'], { maxAttempts: 2 })),
    task('sink', names('blade', 5)),
  ],
  narrow: [task('before'), ...names('single', 4).map((name) => task(name, ['before'], { narrow: true })), task('free')],
  stubborn: [
    task('first', [], { failures: 1 }),
    task('second', ['first'], { failures: 1 }),
    task('third', [], { failures: 1 }),
  ],
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;
