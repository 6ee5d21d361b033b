/**
 * The lease of an attempt: for how long a worker may go on without an answer of the server. A batch system can be wrong about
 * a job (a node that was cut off is called dead while the job runs on it), so two things go together: the worker ends its
 * command when the lease is over, and no new attempt is made on the word of such a batch system before that.
 */

/** Seconds of lease that resources ask for; undefined: none. 0: no lease, whatever the configuration says. */
export function leaseIn({ lease }: Readonly<Record<string, unknown>>): number | undefined {
  const seconds = typeof lease === 'string' && lease.trim() !== '' ? Number(lease) : lease;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
