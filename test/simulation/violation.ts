/** The promises that every history has to keep; the numbers are those of `docs/guarantees.md`. */
export const PROMISES = {
  I1: 'a task is done only after its own attempt ended with status 0',
  I2: 'no command starts before all upstream tasks are done',
  I3: 'at most one live command for each task',
  I4: 'each attempt consumes exactly one try, and no task gets more than it may have',
  I5: 'statuses move only along their tables',
  I6: 'what the server acknowledged survives',
  I7: 'every run ends, and ends right',
  I8: 'the same seed gives the same history',
  I9: 'a resume executes only what was not done',
  I10: 'nothing is left behind',
  I11: 'the end of a command that was kept in a file reaches the server',
} as const;

export type PromiseName = keyof typeof PROMISES;

export class Violation extends Error {
  readonly promise: PromiseName;

  constructor(promise: PromiseName, sentence: string) {
    super(sentence);
    this.name = 'Violation';
    this.promise = promise;
  }
}
