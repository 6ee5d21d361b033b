/**
 * Polling answers say what changed since the last poll, which depends on how fast the requests follow each other. Over a
 * whole run they have to tell the same story.
 */
import { TASK_INSTANCE_TRANSITIONS, TASK_TRANSITIONS, type Transitions } from '../../src/core/status.ts';
import type { Replayed } from './replay.ts';

const POLLS: Readonly<Record<string, { field: string; moves: Transitions<string> }>> = {
  syncStatus: { field: 'status_updates', moves: TASK_INSTANCE_TRANSITIONS },
  // Of a task that failed no one sees E, only what follows from it.
  getTaskStatusUpdates: { field: 'tasks_by_status', moves: { ...TASK_TRANSITIONS, R: ['D', 'G', 'A', 'F'] } },
};

export function isPoll({ route }: Replayed): boolean {
  return route !== undefined && route in POLLS;
}

/**
 * What the polls of one recording tell otherwise than ours, a sentence each. A change that was seen one poll earlier or
 * later leaves a status one move before or after the recorded one.
 */
export function pollFaults(replayed: readonly Replayed[], mayTellAgain: (route: string) => boolean): string[] {
  return Object.entries(POLLS).flatMap(([route, { field, moves }]) => {
    const polls = replayed.filter((one) => one.route === route);
    const recorded = sightings(polls.map((poll) => poll.recorded.body[field]));
    const ours = sightings(polls.map((poll) => poll.ours.body[field]));
    const lacks = [...recorded].flatMap(([id, statuses]) =>
      statusesBeyond(statuses, ours.get(id), moves).map((status) => `${route} never tells that ${id} is ${status}.`),
    );
    if (mayTellAgain(route)) return lacks;
    const adds = [...ours].flatMap(([id, statuses]) =>
      statusesBeyond(statuses, recorded.get(id), moves).map((status) => `${route} tells that ${id} is ${status}.`),
    );
    return [...lacks, ...adds];
  });
}

/** Id → statuses that it was seen in. */
function sightings(answers: readonly Readonly<Record<string, readonly number[]>>[]): Map<number, Set<string>> {
  const seen = new Map<number, Set<string>>();
  for (const [status, ids] of answers.flatMap((answer) => Object.entries(answer))) {
    for (const id of ids) seen.set(id, (seen.get(id) ?? new Set()).add(status));
  }
  return seen;
}

/** Those of `statuses` that are neither among `others` nor one move away from one of them. */
function statusesBeyond(
  statuses: ReadonlySet<string>,
  others: ReadonlySet<string> = new Set(),
  moves: Transitions<string>,
): string[] {
  const near = new Set(others);
  for (const [from, targets = []] of Object.entries(moves)) {
    if (others.has(from)) for (const to of targets) near.add(to);
    if (targets.some((to) => others.has(to))) near.add(from);
  }
  return [...statuses].filter((status) => !near.has(status));
}
