/**
 * The comment that a job array carries. It names the submission for good, so that one whose answer was lost is found
 * again, and a job id that was handed out twice is not taken for ours.
 */
export interface SubmissionKey {
  /** Identity of the server's database. */
  readonly database: string;
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly arrayId: number;
  readonly batchNumber: number;
  /** First step and number of steps: a batch may be submitted in parts. */
  readonly firstStep: number;
  readonly steps: number;
}

export function writeKey(key: SubmissionKey): string {
  const { database, workflowId, workflowRunId, arrayId, batchNumber, firstStep, steps } = key;
  return ['skep', database, workflowId, workflowRunId, arrayId, batchNumber, firstStep, steps].join(':');
}

/** Undefined for a comment that is none of ours. */
export function readKey(comment: string): SubmissionKey | undefined {
  const [, database, ...numbers] = /^skep:([^:]+):(\d+):(\d+):(\d+):(\d+):(\d+):(\d+)$/.exec(comment) ?? [];
  if (database === undefined) return undefined;
  const [workflowId, workflowRunId, arrayId, batchNumber, firstStep, steps] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { database, workflowId, workflowRunId, arrayId, batchNumber, firstStep, steps };
}
