/** Many kills, each in a scene of its own, at points that a seed chooses among those of a run in which nobody is killed. */
import type { Fault } from '../check/fault.ts';
import type { Role } from '../kill/order.ts';
import { play } from '../scene/play.ts';
import { SHAPES, type ShapeName } from '../scene/shapes.ts';
import { Stage } from '../scene/stage.ts';
import { CASTS, type Cast } from './casts.ts';
import { seededFractions } from './random.ts';

/** One kill, complete: the same again kills at the same point, as far as processes do the same in the same order. */
export interface Kill {
  readonly cast: Cast;
  readonly shape: ShapeName;
  readonly point: number;
}

export interface KillResult extends Kill {
  /** What was killed where; undefined: the run was over before that point. */
  readonly killed: string | undefined;
  readonly faults: readonly Fault[];
  readonly milliseconds: number;
}

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  readonly shapes: readonly ShapeName[];
  readonly casts: readonly Cast[];
  /** Called after each scene. */
  readonly onResult: (result: KillResult) => void;
}

/** Two cores are enough for two scenes. */
const AT_ONCE = 2;
/** Points that are drawn until one is reached; a run that is a little shorter than the counted one misses the last. */
const DRAWS = 10;

/** Kills as often as told, taking turns with the casts. @throws when a run without any kill is not in order */
export async function campaign({ kills, seed, shapes, casts, onResult }: CampaignOptions): Promise<void> {
  const totals = await countPoints(shapes, casts);
  await forEachAtOnce(
    Array.from({ length: kills }, (_, index) => index),
    async (index) => {
      const fraction = seededFractions(seed * 1_000_003 + index);
      const cast = casts[index % casts.length] as Cast;
      for (let draw = 0; draw < DRAWS; draw++) {
        const shape = shapes[Math.floor(fraction() * shapes.length)] as ShapeName;
        const total = totals.get(keyOf(shape, cast))?.get(cast.role) ?? 1;
        const result = await killOnce({ cast, shape, point: 1 + Math.floor(fraction() * total) });
        onResult(result);
        if (result.killed !== undefined) return;
      }
      throw new Error(`In ${DRAWS} runs the ${cast.name} could not be killed once.`);
    },
  );
}

export async function killOnce({ cast, shape, point }: Kill): Promise<KillResult> {
  const { role, victim, serving, single } = cast;
  const stage = new Stage({ shape, serving, single, kill: { role, victim, point } });
  const started = performance.now();
  try {
    const faults = await play(stage, cast);
    return { cast, shape, point, killed: stage.killed, faults, milliseconds: performance.now() - started };
  } finally {
    stage.strike();
  }
}

/** The kill that a text such as `server/fan/120` names. @throws when it names none */
export function readKill(text: string): Kill {
  const [name, shape = '', point] = text.split('/');
  const cast = CASTS.find((candidate) => candidate.name === name);
  if (cast === undefined || !Object.hasOwn(SHAPES, shape) || !Number.isInteger(Number(point))) {
    throw new Error(`${text} is no kill such as server/fan/120.`);
  }
  return { cast, shape: shape as ShapeName, point: Number(point) };
}

export const writeKill = ({ cast, shape, point }: Kill): string => `${cast.name}/${shape}/${point}`;

async function countPoints(
  shapes: readonly ShapeName[],
  casts: readonly Cast[],
): Promise<Map<string, ReadonlyMap<Role, number>>> {
  const totals = new Map<string, ReadonlyMap<Role, number>>();
  const runs = shapes.flatMap((shape) =>
    [...Map.groupBy(casts, (cast) => keyOf(shape, cast)).values()].map(([cast]) => ({ shape, cast: cast as Cast })),
  );
  await forEachAtOnce(runs, async ({ shape, cast }) => {
    const stage = new Stage({ shape, serving: cast.serving, single: cast.single, kill: 'count' });
    try {
      const faults = await play(stage, { mayRepeat: false });
      if (faults.length > 0) throw new Error(`${shape} without any kill: ${faults.map(({ text }) => text).join(' ')}`);
      totals.set(keyOf(shape, cast), stage.points);
    } finally {
      stage.strike();
    }
  });
  return totals;
}

/** Runs that do the same as long as nobody is killed. */
const keyOf = (shape: ShapeName, { serving, single }: Cast) => `${shape} ${serving} ${single}`;

async function forEachAtOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
