/** What attempts asked for, and what they used. */
import { sql } from 'kysely';
import type { TaskInstanceStatus } from '../../../core/status.ts';
import { isNumber, numberIn } from '../../db/expressions.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { readResources } from '../resources-text.ts';

/** Attempts that ran to their end, of whatever kind. */
const ENDED: readonly TaskInstanceStatus[] = ['D', 'E', 'Z', 'U', 'F'];

/** Bytes, seconds, and cores, as they are asked for; null: nobody asked. @public */
export interface Asked {
  readonly memory: number | null;
  readonly runTime: number | null;
  readonly cores: number | null;
}

/** The declared types of answers name it. @public */
export interface Amounts {
  readonly asked: number;
  readonly used: number;
}

export interface TemplateUsage {
  readonly arrayId: number;
  readonly attempts: number;
  /** Mebibyte seconds (in bytes, sums would not be exact), core seconds, seconds; null where nothing was asked for, or nobody measured. */
  readonly memory: Amounts | null;
  readonly cpu: Amounts | null;
  readonly runTime: Amounts | null;
}

/** Sums over the ended attempts of each array of a workflow. Thousands of attempts share a row of resources. */
export async function usageByTemplate(unit: ReadUnit, workflowId: number): Promise<TemplateUsage[]> {
  const [wallclock, maxrss, cpu] = [bounded('wallclock'), bounded('maxrss'), bounded('cpu')];
  const rows = await endedAttempts(unit)
    .innerJoin('array', 'array.id', 'instance.array_id')
    .where('array.workflow_id', '=', workflowId)
    .select(({ fn }) => [
      'instance.array_id as arrayId',
      'resources.requested_resources as text',
      fn.countAll<number>().as('attempts'),
      sql<number | null>`sum(${wallclock})`.as('seconds'),
      sql<number | null>`sum(${wallclock} * ${maxrss})`.as('byteSeconds'),
      sql<number | null>`sum(case when maxrss is null then null else ${wallclock} end)`.as('weighedSeconds'),
      sql<number | null>`sum(${cpu})`.as('cpuSeconds'),
      sql<number | null>`sum(case when cpu is null then null else ${wallclock} end)`.as('countedSeconds'),
    ])
    .groupBy(['instance.array_id', 'instance.task_resources_id', 'resources.requested_resources'])
    .orderBy('instance.array_id')
    .execute();
  const byArray = Map.groupBy(rows, ({ arrayId }) => arrayId);
  return Array.from(byArray, ([arrayId, groups]) => {
    const parts = groups.map((group) => ({ ...group, asked: askedIn(group.text) }));
    return {
      arrayId,
      attempts: parts.reduce((sum, { attempts }) => sum + Number(attempts), 0),
      memory: sum(parts, ({ asked, weighedSeconds, byteSeconds }) => [
        times(times(asked.memory, 1 / BYTES_OF_MIB), weighedSeconds),
        times(byteSeconds, 1 / BYTES_OF_MIB),
      ]),
      cpu: sum(parts, ({ asked, countedSeconds, cpuSeconds }) => [times(asked.cores, countedSeconds), cpuSeconds]),
      runTime: sum(parts, ({ asked, attempts, seconds }) => [times(asked.runTime, attempts), seconds]),
    };
  });
}

export interface UsagePoint {
  readonly taskInstanceId: number;
  readonly taskId: number;
  readonly arrayId: number;
  readonly status: string;
  readonly asked: Asked;
  readonly memory: number | null;
  readonly runTime: number | null;
  readonly cpu: number | null;
}

/** The newest attempts that ended of each array (or of one), in equal shares of `limit`: no template hides another. */
export async function usagePoints(
  unit: ReadUnit,
  workflowId: number,
  { arrayId, limit }: { arrayId: number | undefined; limit: number },
): Promise<UsagePoint[]> {
  const arrays = await unit.db
    .selectFrom('array')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .$if(arrayId !== undefined, (query) => query.where('id', '=', arrayId ?? 0))
    .orderBy('id', 'desc')
    .execute();
  const points: UsagePoint[] = [];
  for (const [place, { id }] of arrays.entries()) {
    const share = Math.ceil((limit - points.length) / (arrays.length - place));
    if (share <= 0) break;
    points.push(...(await newestPoints(unit, id, share)));
  }
  return points;
}

/** Read along the index of an array's batches, which come in the order of time. */
async function newestPoints(unit: ReadUnit, arrayId: number, limit: number): Promise<UsagePoint[]> {
  const rows = await endedAttempts(unit)
    .select(['instance.id', 'instance.task_id', 'instance.array_id', 'instance.status', 'instance.wallclock'])
    .select(['instance.maxrss', 'instance.cpu', 'resources.requested_resources as text'])
    .where('instance.array_id', '=', arrayId)
    .orderBy('instance.array_batch_num', 'desc')
    .orderBy('instance.array_step_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    taskInstanceId: row.id,
    taskId: row.task_id,
    arrayId: row.array_id,
    status: row.status,
    asked: askedIn(row.text),
    memory: numberOf(row.maxrss),
    runTime: numberOf(row.wallclock),
    cpu: numberOf(row.cpu),
  }));
}

/** More than anything uses, and little enough for products of them to be added up. */
const MOST = 1e15;

function bounded(column: string) {
  const number = numberIn(column);
  return sql<number | null>`case when ${number} > ${sql.lit(MOST)} then ${sql.lit(MOST)} else ${number} end`;
}

/** Those whose usage is known, and a number. */
function endedAttempts({ db }: ReadUnit) {
  return db
    .selectFrom('task_instance as instance')
    .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .where('instance.status', 'in', ENDED)
    .where('instance.wallclock', 'is not', null)
    .where(isNumber('instance.wallclock', { withReals: true }))
    .where(isNumber('instance.maxrss', { withReals: true }))
    .where(isNumber('instance.cpu', { withReals: true }));
}

const BYTES_OF_MIB = 2 ** 20;
const BYTES_OF_GIB = 2 ** 30;

export function askedIn(text: string): Asked {
  const { memory, runtime, cores } = readResources(text);
  return { memory: times(numberOf(memory), BYTES_OF_GIB), runTime: numberOf(runtime), cores: numberOf(cores) };
}

/** What was stored as text, by whomever; null for what is no number, or none that anything could have used. */
export function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : null;
}

function times(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left * Number(right);
}

/** Over the parts of which both amounts are known. */
function sum<Part>(parts: readonly Part[], amountsOf: (part: Part) => [asked: number | null, used: number | null]) {
  const known = parts.flatMap((part) => {
    const [asked, used] = amountsOf(part);
    return asked === null || used === null ? [] : [{ asked, used: Number(used) }];
  });
  if (known.length === 0) return null;
  return known.reduce((all, one) => ({ asked: all.asked + one.asked, used: all.used + one.used }));
}
