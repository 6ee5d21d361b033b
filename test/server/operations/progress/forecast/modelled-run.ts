/** A workflow whose schedule is computed task by task: what a forecast, which sees templates only, is held against. */
import { type Chance, exponential, normal } from '../../../../../src/server/operations/progress/forecast/chance.ts';
import type {
  EndedAttempt,
  Situation,
  TemplateEdge,
} from '../../../../../src/server/operations/progress/forecast/situation.ts';

interface ModelledTask {
  readonly template: number;
  readonly upstream: readonly number[];
}

interface ModelledTemplate {
  readonly arrayId: number;
  readonly limit: number;
  readonly tasks: readonly number[];
  /** Milliseconds. */
  readonly median: number;
  /** Deviation of the logarithm. */
  readonly deviation: number;
  readonly failing: number;
}

interface ModelledAttempt {
  readonly task: number;
  readonly begun: number;
  readonly ended: number;
  readonly isDone: boolean;
  readonly isFatal: boolean;
}

export interface ModelledRun {
  readonly templates: readonly ModelledTemplate[];
  readonly tasks: readonly ModelledTask[];
  readonly edges: readonly TemplateEdge[];
  readonly attempts: readonly ModelledAttempt[];
  /** When each task had nothing left to wait for; absent: it never had. */
  readonly readyAt: ReadonlyMap<number, number>;
  readonly end: number;
}

const MAX_ATTEMPTS = 3;
const NO_LIMIT = 1_000_000;

/** A number between `least` and `most`, small ones as likely as large ones in proportion. */
function proportional(chance: Chance, least: number, most: number): number {
  return least * (most / least) ** chance.fraction();
}

/** A random graph of templates, run on as many slots as the chance has it. */
export function modelledRun(chance: Chance): ModelledRun {
  const count = 2 + Math.floor(chance.fraction() * 9);
  const tasks: ModelledTask[] = [];
  const templates: ModelledTemplate[] = [];
  const edges: TemplateEdge[] = [];
  const failing = chance.fraction() < 0.5 ? 0 : 0.1 * chance.fraction();
  const distance = proportional(chance, 0.3, 2);
  for (let arrayId = 0; arrayId < count; arrayId++) {
    const size = Math.round(proportional(chance, 1, 200));
    const own = Array.from({ length: size }, (_, index) => tasks.length + index);
    const upstream = own.map((): number[] => []);
    const others = templates.slice(-3).filter((_, place) => place === 0 || chance.fraction() < 0.5);
    for (const other of others) {
      const shape = shapeOf(Math.floor(chance.fraction() * 4), size, other.tasks.length, chance);
      let total = 0;
      for (const [index, list] of upstream.entries()) {
        const waited = shape(index).map((place) => other.tasks[place] as number);
        list.push(...waited);
        total += waited.length;
      }
      edges.push({ from: other.arrayId, to: arrayId, upstreams: total / size });
    }
    for (const list of upstream) tasks.push({ template: arrayId, upstream: list });
    const limit = chance.fraction() < 0.1 ? 1 + Math.floor(chance.fraction() * 8) : NO_LIMIT;
    const deviation = proportional(chance, 0.03, 0.8);
    templates.push({
      arrayId,
      limit,
      tasks: own,
      median: 1e5 * Math.exp(distance * normal(chance)),
      deviation,
      failing,
    });
  }
  const slots = Math.round(proportional(chance, 2, 64));
  return { templates, tasks, edges, ...executed(templates, tasks, { slots, overhead: 300 }, chance) };
}

/** Which tasks of another template, by place, the task at a place waits for. */
function shapeOf(kind: number, size: number, others: number, chance: Chance): (index: number) => number[] {
  if (kind === 0) return () => Array.from({ length: others }, (_, place) => place);
  if (kind === 1) {
    const several = 1 + Math.floor(chance.fraction() * 4);
    return () => [...new Set(Array.from({ length: several }, () => Math.floor(chance.fraction() * others)))];
  }
  // Each its own part.
  return (index) => {
    const from = Math.floor((index * others) / size);
    const to = Math.max(from + 1, Math.floor(((index + 1) * others) / size));
    return Array.from({ length: to - from }, (_, place) => from + place);
  };
}

function executed(
  templates: readonly ModelledTemplate[],
  tasks: readonly ModelledTask[],
  { slots, overhead }: { slots: number; overhead: number },
  chance: Chance,
): Pick<ModelledRun, 'attempts' | 'readyAt' | 'end'> {
  const left = tasks.map(({ upstream }) => upstream.length);
  const downstream = tasks.map((): number[] => []);
  for (const [task, { upstream }] of tasks.entries()) for (const other of upstream) downstream[other]?.push(task);
  const attempts: ModelledAttempt[] = [];
  const readyAt = new Map<number, number>();
  const tries = tasks.map(() => 0);
  let ready = [...tasks.keys()].filter((task) => left[task] === 0);
  for (const task of ready) readyAt.set(task, 0);
  let inFlight: ModelledAttempt[] = [];
  let now = 0;
  for (;;) {
    const waiting: number[] = [];
    const running = templates.map(() => 0);
    for (const { task } of inFlight)
      running[tasks[task]?.template as number] = (running[tasks[task]?.template as number] ?? 0) + 1;
    for (const task of ready) {
      const place = tasks[task]?.template as number;
      const { limit, median, deviation, failing } = templates[place] as ModelledTemplate;
      if (inFlight.length >= slots || (running[place] as number) >= limit) {
        waiting.push(task);
        continue;
      }
      running[place] = (running[place] as number) + 1;
      tries[task] = (tries[task] as number) + 1;
      const begun = now === 0 ? 0 : now + overhead * exponential(chance);
      const isDone = chance.fraction() >= failing;
      const ended = begun + median * Math.exp(deviation * normal(chance));
      inFlight.push({ task, begun, ended, isDone, isFatal: !isDone && tries[task] === MAX_ATTEMPTS });
    }
    ready = waiting;
    if (inFlight.length === 0) return { attempts, readyAt, end: now };
    const next = inFlight.reduce((first, attempt) => (attempt.ended < first.ended ? attempt : first));
    inFlight = inFlight.filter((attempt) => attempt !== next);
    now = next.ended;
    attempts.push(next);
    if (!next.isDone && !next.isFatal) ready.push(next.task);
    if (!next.isDone) continue;
    for (const task of downstream[next.task] as number[]) {
      left[task] = (left[task] as number) - 1;
      if (left[task] === 0) {
        ready.push(task);
        readyAt.set(task, now);
      }
    }
  }
}

/** How the run looks at a time. */
export function situationAt({ templates, tasks, edges, attempts, readyAt }: ModelledRun, now: number): Situation {
  const placed = (attempt: ModelledAttempt) => ({ ...attempt, arrayId: tasks[attempt.task]?.template as number });
  const ended = attempts.filter((attempt) => attempt.ended <= now).map(placed);
  const running = attempts.filter(({ begun, ended: end }) => begun <= now && end > now).map(placed);
  return {
    now,
    limit: NO_LIMIT,
    edges,
    ended: ended.map(
      ({ arrayId, begun, ended: end, isDone }): EndedAttempt => ({ arrayId, begun, ended: end, isDone }),
    ),
    running: running.map(({ arrayId, begun }) => ({ arrayId, begun })),
    templates: templates.map(({ arrayId, limit, tasks: own }) => {
      const ends = ended.filter((attempt) => attempt.arrayId === arrayId);
      const ready = own.filter((task) => (readyAt.get(task) ?? Number.POSITIVE_INFINITY) <= now).length;
      const done = ends.filter(({ isDone }) => isDone).length;
      const fatal = ends.filter(({ isFatal }) => isFatal).length;
      const active = running.filter((attempt) => attempt.arrayId === arrayId).length;
      const waiting = ready - done - fatal - active;
      return {
        arrayId,
        limit,
        tasks: own.length,
        done,
        fatal,
        running: active,
        waiting,
        maxAttempts: MAX_ATTEMPTS,
        runTime: undefined,
      };
    }),
  };
}

/** When that share of the tasks that were done was done. */
export function timeOfShare({ attempts }: ModelledRun, share: number): number {
  const done = attempts.filter(({ isDone }) => isDone);
  return done[Math.max(0, Math.ceil(share * done.length) - 1)]?.ended ?? 0;
}
