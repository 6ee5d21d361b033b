/** What the tasks of a template used. Source: client §13.3; http-views §5.5. */
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, routes } from '../../api/routes.ts';
import { textOf } from '../../core/python-text.ts';
import { type ArgumentValues, valuesOf } from '../arguments.ts';

type Answer = AnswerOf<typeof routes.getTemplateResourceUsage>;

/**
 * Statistics over attempts that ended; the names are those of the wire. Memory is text in bytes such as `600B`, run time is
 * in seconds. Null where nothing is known.
 */
export type TemplateUsage = Answer['formatted_stats'];

/** The same with memory as numbers. */
export type TemplateStatistics = Omit<Answer, 'formatted_stats' | 'result_viz'>;

/** Which attempts of a template to count. */
export interface TemplateUsageOptions {
  /** Only tasks of these workflows. Default: of all. */
  readonly workflows?: readonly number[] | undefined;
  /** Only tasks whose node arguments have these values; a list allows each of its values. */
  readonly nodeArgs?: ArgumentValues | undefined;
  /** Level of the intervals of confidence, such as 0.95. Default: no intervals. */
  readonly ci?: number | string | undefined;
}

/** Statistics of one version of a template. @throws SkepError request_refused for a level that is none. */
export async function taskTemplateResources(
  requester: Requester,
  taskTemplateVersionId: number,
  options: TemplateUsageOptions = {},
): Promise<TemplateUsage> {
  return (await askForUsage(requester, taskTemplateVersionId, options)).formatted_stats;
}

/** As {@link taskTemplateResources}, to be calculated with. */
export async function readTemplateStatistics(
  requester: Requester,
  taskTemplateVersionId: number,
): Promise<TemplateStatistics> {
  return askForUsage(requester, taskTemplateVersionId, {});
}

function askForUsage(
  requester: Requester,
  taskTemplateVersionId: number,
  { workflows = [], nodeArgs = {}, ci }: TemplateUsageOptions,
): Promise<Answer> {
  const texts = Object.entries(nodeArgs).map(([name, value]) => [name, valuesOf(value).map(textOf)] as const);
  return requester.call(routes.getTemplateResourceUsage, {
    body: {
      task_template_version_id: taskTemplateVersionId,
      ...(workflows.length > 0 && { workflows: [...workflows] }),
      ...(texts.length > 0 && { node_args: Object.fromEntries(texts) }),
      ...(ci !== undefined && { ci: String(ci) }),
    },
  });
}
