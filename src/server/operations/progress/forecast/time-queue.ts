/** Units that run, the one that ends first in front: a binary heap. */
export interface RunningUnit {
  readonly end: number;
  /** Place of its group. */
  readonly place: number;
  readonly tasks: number;
  readonly slots: number;
}

export class TimeQueue {
  readonly #units: RunningUnit[] = [];

  add(unit: RunningUnit): void {
    const units = this.#units;
    let place = units.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if ((units[above] as RunningUnit).end <= unit.end) break;
      units[place] = units[above] as RunningUnit;
      place = above;
    }
    units[place] = unit;
  }

  /** Takes the one that ends first. */
  take(): RunningUnit | undefined {
    const units = this.#units;
    const first = units[0];
    const last = units.pop();
    if (last === undefined || units.length === 0) return first;
    let place = 0;
    for (let below = 1; below < units.length; below = 2 * place + 1) {
      if (below + 1 < units.length && (units[below + 1] as RunningUnit).end < (units[below] as RunningUnit).end)
        below++;
      if ((units[below] as RunningUnit).end >= last.end) break;
      units[place] = units[below] as RunningUnit;
      place = below;
    }
    units[place] = last;
    return first;
  }
}
