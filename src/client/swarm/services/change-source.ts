import type { StateUpdate } from '../state-update.ts';

/** Where the swarm learns of changes: a feed of our own servers, or polling of others. One request at a time, in order. */
export interface ChangeSource {
  /** Delivers news to `onUpdate` until `signal`. Failures of the server are logged and outlasted. */
  run(onUpdate: (update: StateUpdate) => void, signal: AbortSignal): Promise<void>;
  /** Asks for the statuses of all tasks; resolves when they are delivered, or when the source has ended. */
  fullSync(): Promise<void>;
  /** Says that tasks were just queued, so that news are near. */
  expectNews(): void;
}
