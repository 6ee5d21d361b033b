import type { AnswerOf, BodyOf, routes } from '../../api/routes.ts';
import { toInteger } from '../../api/schemas.ts';
import { textOf } from '../../core/python-text.ts';
import { studentT } from '../../core/student-t.ts';
import { isoTimeText } from '../db/time.ts';
import { faultsAnswer } from '../edge/faults.ts';
import type { Handlers } from '../handler.ts';
import { listInstances, type UsageSelection } from '../operations/views/template-instances.ts';
import { type Sample, type TemplateUsage, templateUsage } from '../operations/views/template-usage.ts';

export const templateUsageHandlers = {
  getTemplateResourceUsage: async ({ body, services }) => {
    const level = readLevel(body.ci ?? undefined);
    const selection = readSelection(body);
    return services.database.readHeavy(async (unit) => {
      const usage = await templateUsage(unit, selection);
      const statistics = describe(usage, level);
      const isListed = body.viz === true && usage !== null && usage.instances > 0;
      return {
        ...statistics,
        result_viz: isListed ? (await listInstances(unit, selection)).map(listedInstance) : null,
        formatted_stats: format(statistics),
      };
    });
  },
} satisfies Partial<Handlers>;

type Answer = AnswerOf<typeof routes.getTemplateResourceUsage>;
type Statistics = Omit<Answer, 'result_viz' | 'formatted_stats'>;

function readSelection(body: BodyOf<typeof routes.getTemplateResourceUsage>): UsageSelection {
  return {
    versionId: toInteger(body.task_template_version_id),
    workflowIds: (body.workflows ?? []).map(toInteger),
    nodeArgs: body.node_args ?? {},
  };
}

function readLevel(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const level = text.trim() === '' ? Number.NaN : Number(text);
  if (level > 0 && level < 1) return level;
  const msg = `Field ci of the request body must be the text of a number between 0 and 1, not ${JSON.stringify(text)}.`;
  throw faultsAnswer([{ type: 'value_error', loc: ['body', 'ci'], msg, input: text }]);
}

function describe(usage: TemplateUsage | null, level: number | undefined): Statistics {
  const { memory = null, runtime = null } = usage ?? {};
  return {
    num_tasks: usage?.instances ?? null,
    min_mem: whole(memory?.min),
    max_mem: whole(memory?.max),
    mean_mem: memory?.mean ?? null,
    min_runtime: whole(runtime?.min),
    max_runtime: whole(runtime?.max),
    mean_runtime: runtime?.mean ?? null,
    median_mem: memory?.median ?? null,
    median_runtime: runtime?.median ?? null,
    ci_mem: intervalOf(memory, level),
    ci_runtime: intervalOf(runtime, level),
  };
}

function whole(value: number | undefined): number | null {
  return value === undefined ? null : Math.trunc(value);
}

/** The interval in which the mean lies at this level of confidence. Values that are all equal have none. */
function intervalOf(sample: Sample | null, level: number | undefined): Statistics['ci_mem'] {
  if (sample === null || level === undefined || sample.count < 2) return null;
  const { count, min, max, mean, squares } = sample;
  if (min === max) return [null, null];
  const reach = studentT(level, count - 1) * Math.sqrt(squares / (count - 1) / count);
  return [roundToCents(mean - reach), roundToCents(mean + reach)];
}

function roundToCents(value: number): number {
  return Number(value.toFixed(2));
}

/** Memory as people read it: with its unit. */
function format(statistics: Statistics): Answer['formatted_stats'] {
  const { min_mem, max_mem, mean_mem, median_mem } = statistics;
  return {
    ...statistics,
    min_mem: min_mem === null ? null : `${min_mem}B`,
    max_mem: max_mem === null ? null : `${max_mem}B`,
    mean_mem: mean_mem === null ? null : `${floatText(mean_mem)}B`,
    median_mem: median_mem === null ? null : `${floatText(median_mem)}B`,
  };
}

/** A float shows a fraction, also where that is zero. */
function floatText(value: number): string {
  return Number.isSafeInteger(value) ? `${value}.0` : textOf(value);
}

type Listed = NonNullable<Answer['result_viz']>[number];

function listedInstance(instance: Awaited<ReturnType<typeof listInstances>>[number]): Listed {
  return {
    r: instance.runtime,
    m: instance.memory,
    node_id: instance.nodeId,
    task_id: instance.taskId,
    task_name: instance.name,
    requested_resources: instance.requested_resources,
    attempt_number_of_instance: instance.attempt ?? 1,
    status: instance.status,
    task_status_date: isoTimeText(instance.status_date),
    task_command: instance.command,
    task_num_attempts: instance.num_attempts,
    task_max_attempts: instance.max_attempts,
  };
}
