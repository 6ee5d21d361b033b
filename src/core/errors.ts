/**
 * Every error that Skep raises on purpose, in one table: code, HTTP status at the server's edge, exit code of the
 * command line, and a hint that says what to do. The sentence is written where the error is raised, because only there
 * are the offender's name and place known.
 */

interface ErrorInfo {
  /** HTTP status if the error leaves a route handler. */
  readonly httpStatus: number;
  /** Exit code of `skep` if the error ends the command: 2 = the user's input, 1 = everything else. */
  readonly exitCode: 1 | 2;
  /** One sentence that says what the reader can do. */
  readonly hint: string;
}

export const ERRORS = {
  // The user's input
  invalid_usage: { httpStatus: 400, exitCode: 2, hint: 'Correct the value that is named and try again.' },
  config_invalid: { httpStatus: 500, exitCode: 2, hint: 'Correct the setting; docs/configuration.md lists them all.' },
  input_unreadable: { httpStatus: 400, exitCode: 2, hint: 'Check that the file exists, is complete and can be read.' },
  input_malformed: { httpStatus: 400, exitCode: 2, hint: 'Correct the file at the place that is named.' },
  template_invalid: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Every placeholder belongs to exactly one of nodeArgs, taskArgs, opArgs.',
  },
  argument_invalid: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Give a value for every placeholder of the command template, and no other.',
  },
  name_invalid: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Names have 1 to 255 characters and none of / \\ \' " or space, and start with no digit.',
  },
  task_duplicate: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Two tasks differ only if their template, node arguments or task arguments differ.',
  },
  node_duplicate: { httpStatus: 400, exitCode: 2, hint: 'Tasks of one template must differ in their node arguments.' },
  dag_cyclic: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Remove one of the dependencies between the tasks that are named.',
  },
  dag_incomplete: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Add the task that is named to the workflow, or drop the dependency on it.',
  },
  workflow_empty: { httpStatus: 400, exitCode: 2, hint: 'Add at least one task to the workflow.' },
  memory_malformed: { httpStatus: 400, exitCode: 2, hint: 'Write memory as a number of GiB or as in 500M, 4G, 1TiB.' },
  runtime_malformed: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Write run time as seconds, as hh:mm:ss, or as in 90s, 30m, 2h.',
  },
  resources_invalid: { httpStatus: 400, exitCode: 2, hint: 'Ask for what the queue offers, or name another queue.' },
  scale_invalid: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'A scale is a number, a list of numbers, or a function of the current value.',
  },
  callable_invalid: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'A compute-resources function takes nothing and returns an object of resources.',
  },
  literal_malformed: { httpStatus: 400, exitCode: 2, hint: 'The text must be JSON or a Python literal.' },
  cluster_unknown: {
    httpStatus: 400,
    exitCode: 2,
    hint: 'Name a cluster that the server knows: sequential, multiprocess, or one that was added.',
  },
  queue_unknown: { httpStatus: 400, exitCode: 2, hint: 'Name a queue that belongs to the cluster, such as null.q.' },

  // State that forbids what was asked
  not_found: { httpStatus: 404, exitCode: 1, hint: 'Check the id; `skep workflow status` lists what exists.' },
  not_bound: { httpStatus: 400, exitCode: 1, hint: 'Bind the workflow first.' },
  workflow_exists: { httpStatus: 409, exitCode: 2, hint: 'Run it with --resume, or give it other workflow args.' },
  workflow_complete: {
    httpStatus: 409,
    exitCode: 1,
    hint: 'Every task is done. To run it again, give it other workflow args.',
  },
  workflow_not_resumable: {
    httpStatus: 409,
    exitCode: 1,
    hint: 'Wait for the other run to end, or stop it, then resume.',
  },
  workflow_not_stopped: {
    httpStatus: 409,
    exitCode: 1,
    hint: 'It was told to stop and will; if its tasks are known to be dead, resume it with --force-cleanup.',
  },
  transition_refused: {
    httpStatus: 409,
    exitCode: 1,
    hint: 'The server holds another status; look at it with `skep workflow status`.',
  },
  change_outdated: {
    httpStatus: 409,
    exitCode: 1,
    hint: 'Look again at what would be changed, and confirm that.',
  },
  change_under_way: { httpStatus: 409, exitCode: 1, hint: 'Wait until the other change is finished, then look again.' },
  workflow_live: { httpStatus: 409, exitCode: 1, hint: 'Stop its run first: skep workflow stop.' },
  not_permitted: {
    httpStatus: 403,
    exitCode: 1,
    hint: 'Ask its owner, or an admin of the server (skep server token create) for a token of a role that may.',
  },
  swarm_not_built: { httpStatus: 500, exitCode: 1, hint: 'Call one of the build methods first.' },

  // Runs
  run_timeout: {
    httpStatus: 500,
    exitCode: 1,
    hint: 'Resume the workflow to go on where it stopped, or give it more time.',
  },
  run_failed_fast: { httpStatus: 500, exitCode: 1, hint: 'Mend what failed, then resume.' },
  run_stopped_by_test: { httpStatus: 500, exitCode: 1, hint: 'Unset failAfterNExecutions, then resume.' },
  run_interrupted: { httpStatus: 500, exitCode: 1, hint: 'Resume to go on where it stopped.' },
  distributor_startup: {
    httpStatus: 500,
    exitCode: 1,
    hint: 'The text above is what the distributor wrote before it ended.',
  },
  distributor_dead: { httpStatus: 500, exitCode: 1, hint: 'Resume to go on; the log says why the distributor ended.' },
  run_distributed: {
    httpStatus: 409,
    exitCode: 1,
    hint: 'One distributor has a run at a time: end that one first, or wait until its claim ends.',
  },
  run_not_started: {
    httpStatus: 409,
    exitCode: 1,
    hint: 'Run `skep workflow resume` yourself, as the user and where the workflow was run before.',
  },
  run_over: { httpStatus: 409, exitCode: 1, hint: 'Resume the workflow: it goes on in a new run.' },
  submission_refused: {
    httpStatus: 500,
    exitCode: 1,
    hint: 'The cluster rejected the job for good; correct its resources.',
  },

  // The wire and the machine
  unauthorized: {
    httpStatus: 401,
    exitCode: 1,
    hint: 'Send a token that is valid (http.token_file or SKEP__HTTP__TOKEN): an admin of the server makes them.',
  },
  server_untrusted: {
    httpStatus: 502,
    exitCode: 2,
    hint: 'Name the file of the authority that signed its certificate in http.ca_file, and the certified name in http.service_url.',
  },
  request_refused: { httpStatus: 502, exitCode: 1, hint: 'The server understood the request and refuses it.' },
  extension_missing: {
    httpStatus: 400,
    exitCode: 1,
    hint: 'Use a server of Skep whose setting server.extensions is true.',
  },
  request_failed: { httpStatus: 502, exitCode: 1, hint: 'Check that the server runs and can be reached.' },
  answer_malformed: {
    httpStatus: 502,
    exitCode: 1,
    hint: 'The server answered in a shape that this version does not know.',
  },
  database_later: {
    httpStatus: 503,
    exitCode: 2,
    hint: 'Install the later version here too, or bring back a backup that was made before it.',
  },
  database_unavailable: {
    httpStatus: 503,
    exitCode: 2,
    hint: 'Free disk space or mend the permissions of the data directory.',
  },
  internal: { httpStatus: 500, exitCode: 1, hint: 'This is a defect of Skep: please report it with the log.' },
} as const satisfies Record<string, ErrorInfo>;

/** The code of an error, as docs/errors.md lists them. */
export type ErrorCode = keyof typeof ERRORS;

/** An error with a code of the table, a sentence for people, and the original as `cause`. */
export class SkepError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, sentence: string, options: { cause?: unknown } = {}) {
    super(sentence, options);
    this.name = 'SkepError';
    this.code = code;
  }

  get hint(): string {
    return ERRORS[this.code].hint;
  }

  get httpStatus(): number {
    return ERRORS[this.code].httpStatus;
  }

  get exitCode(): 1 | 2 {
    return ERRORS[this.code].exitCode;
  }
}

/** Says whether `error` is a {@link SkepError} with one of `codes` (with any code when none is given). */
export function isSkepError(error: unknown, ...codes: ErrorCode[]): error is SkepError {
  return error instanceof SkepError && (codes.length === 0 || codes.includes(error.code));
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
