/** One way in which the rest of a workflow may go. */
import { type Chance, normal } from './chance.ts';
import type { PlannedGroup } from './plan.ts';
import { drawFactor, drawLongerFactor, drawMiddle, factorOfSlowest } from './run-times.ts';
import { TimeQueue } from './time-queue.ts';

export interface Conditions {
  /** Attempts that run at once. */
  readonly slots: number;
  /** Milliseconds between an end and the start that it makes possible. */
  readonly overhead: number;
}

interface GroupState {
  readonly place: number;
  readonly group: PlannedGroup;
  /** Milliseconds: its middle run time in this draw. */
  readonly middle: number;
  readonly needs: readonly { readonly from: number; readonly least: Float64Array }[];
  done: number;
  running: number;
  /** Units that were started. */
  started: number;
  isQueued: boolean;
}

/** Units of a wide group that are in flight at once, so that one of them that is slow does not hold up all. */
const UNITS_AT_ONCE = 4;

/** Milliseconds until the last task ends. */
export function drawSchedule(groups: readonly PlannedGroup[], { slots, overhead }: Conditions, chance: Chance): number {
  const common = normal(chance);
  const states = groups.map((group, place) => drawState(group, place, common, chance));
  const inFlight = new TimeQueue();
  // In the order in which they became ready, as the swarm starts them.
  let ready: GroupState[] = [];
  let free = slots;
  let now = 0;
  for (const state of states) free -= addRunning(inFlight, state, chance);
  for (const state of states) queueIfReady(state);
  for (;;) {
    startReady();
    const unit = inFlight.take();
    if (unit === undefined) return now;
    now = unit.end;
    free += unit.slots;
    const state = states[unit.place] as GroupState;
    state.running -= unit.slots;
    state.done += unit.tasks;
    for (const place of state.group.downstream) queueIfReady(states[place] as GroupState);
  }

  function queueIfReady(state: GroupState): void {
    if (state.isQueued || state.started >= state.group.units) return;
    for (const { from, least } of state.needs) {
      if ((states[from] as GroupState).done < (least[state.started] as number)) return;
    }
    state.isQueued = true;
    ready.push(state);
  }

  function startReady(): void {
    if (free < 1 || ready.length === 0) return;
    const before = ready;
    ready = [];
    for (const state of before) {
      while (state.isQueued && start(state)) {
        state.isQueued = false;
        queueIfReady(state);
        if (state.isQueued) ready.pop();
      }
      if (state.isQueued) ready.push(state);
    }
  }

  function start(state: GroupState): boolean {
    const { group, middle } = state;
    const room = Math.min(slots, group.limit);
    const wanted = Math.max(1, Math.min(group.size, Math.floor(room / UNITS_AT_ONCE)));
    const given = Math.min(wanted, Math.floor(free), Math.floor(group.limit - state.running));
    // Half of its width is worth a start: waiting for the rest of it would leave slots empty.
    if (given < 1 || given < wanted / 2) return false;
    free -= given;
    state.running += given;
    state.started += 1;
    const isLast = state.started === group.units;
    const end = now + drawUnit(group, { middle, overhead, width: given, isLast }, chance);
    inFlight.add({ end, place: state.place, tasks: group.size, slots: given });
    return true;
  }
}

function drawState(group: PlannedGroup, place: number, common: number, chance: Chance): GroupState {
  const middle = drawMiddle(group.runTimes, common, chance);
  const needs = group.needs.map(({ from, choices }) => ({
    from,
    least: choices[Math.floor(chance.fraction() * choices.length)] as Float64Array,
  }));
  return { place, group, middle, needs, done: group.done, running: group.running, started: 0, isQueued: false };
}

/** Puts what runs already in flight. Returns the slots it takes. */
function addRunning(inFlight: TimeQueue, { place, group, middle }: GroupState, chance: Chance): number {
  const { runTimes, running, ages } = group;
  for (const age of ages) {
    const rest = middle * drawLongerFactor(runTimes, age / middle, chance) - age;
    const end = rest + middle * drawRetries(group, chance);
    inFlight.add({ end, place, tasks: running / ages.length, slots: running / ages.length });
  }
  return running;
}

interface UnitConditions {
  readonly middle: number;
  readonly overhead: number;
  readonly width: number;
  readonly isLast: boolean;
}

/** Milliseconds that a unit takes. */
function drawUnit(group: PlannedGroup, { middle, overhead, width, isLast }: UnitConditions, chance: Chance): number {
  const { runTimes, size, attempts } = group;
  if (size <= 1) return overhead + middle * (drawFactor(runTimes, chance) + drawRetries(group, chance));
  const waves = size / width;
  const noise = Math.max(0, 1 + (runTimes.spread / Math.sqrt(size)) * normal(chance));
  // The slowest of the last ones is what the end waits for.
  const tail = isLast ? Math.max(0, factorOfSlowest(runTimes, width) - runTimes.mean) : 0;
  return waves * attempts * (overhead + middle * runTimes.mean * noise) + middle * tail;
}

/** Run times of attempts after the first one of a task, in relation to the middle. */
function drawRetries({ runTimes, attempts }: PlannedGroup, chance: Chance): number {
  const share = 1 - 1 / attempts;
  let sum = 0;
  while (share > 0 && chance.fraction() < share) sum += drawFactor(runTimes, chance);
  return sum;
}
