/**
 * Which of the servers of one database does what only one may do at a time: searching for runs that stopped reporting,
 * sending notifications.
 */
export interface Leadership {
  /** Does the work if no other server leads now; undefined, with nothing done, if one does. */
  lead<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
}

/** Of a database that admits one server at a time (the lock of its data directory): that one always leads. */
export const soleServer: Leadership = { lead: (work) => work() };
