/** Who can be killed, counting whose points. */
import type { Role, Victim } from '../kill/order.ts';
import type { Serving } from '../scene/stage.ts';

export interface Cast {
  /** As it is called in the table and in the command that repeats a kill. */
  readonly name: string;
  /** The process whose points are counted. */
  readonly role: Role;
  readonly victim: Victim;
  readonly serving: Serving;
  /** Whether each task has a worker process of its own. */
  readonly single: boolean;
  /** See {@link import('../check/promises.ts').Promises}. */
  readonly mayRepeat: boolean;
}

const cast = (name: string, role: Role, more: Partial<Cast> = {}): Cast => ({
  ...{ name, role, victim: 'itself', serving: 'configured', single: false, mayRepeat: true },
  ...more,
});

export const CASTS: readonly Cast[] = [
  // All reports wait until the server is back: nothing may run again.
  cast('server', 'server', { mayRepeat: false }),
  cast('found-server', 'server', { serving: 'found', mayRepeat: false }),
  cast('client', 'client'),
  cast('serving-client', 'client', { serving: 'client' }),
  cast('distributor', 'distributor'),
  cast('supervisor', 'supervisor'),
  // Nothing tells of the death of such a worker: its silence does, after a deadline.
  cast('worker', 'worker', { single: true }),
  cast('fork-server', 'supervisor', { victim: 'fork-server' }),
  cast('command', 'supervisor', { victim: 'command' }),
  cast('everything', 'server', { victim: 'everything' }),
  cast('everything-embedded', 'client', { victim: 'everything', serving: 'client' }),
];
