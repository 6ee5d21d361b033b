import type { QueryOf } from '../../api/route.ts';
import type { AnswerOf, routes } from '../../api/routes.ts';
import { isoTimeText } from '../db/time.ts';
import type { ReadUnit } from '../db/unit.ts';
import type { Handlers } from '../handler.ts';
import { clusterErrors, type ErrorCluster, errorText } from '../operations/views/error-clusters.ts';
import { errorIds, errorIdsOfInstance, readErrors, type TemplateError } from '../operations/views/template-errors.ts';
import { newestVersion } from '../operations/views/templates.ts';

export const templateErrorHandlers = {
  getTemplateErrors: async ({ params, query, services }) => {
    const page = pageOf(query);
    return services.database.readHeavy(async (unit) => {
      const version = await newestVersion(unit, params.wf_id, params.tt_id);
      if (version === undefined) return answer([], 0, page);
      const ids = await errorIds(unit, {
        workflowId: params.wf_id,
        versionId: version.id,
        recentOnly: isTrue(query.just_recent_errors),
      });
      return isTrue(query.cluster_errors) ? answerClusters(unit, ids, page) : answerErrors(unit, ids, page);
    });
  },

  getInstanceErrors: async ({ params, query, services }) => {
    const page = pageOf(query);
    return services.database.readHeavy(async (unit) => {
      const version = await newestVersion(unit, params.wf_id, params.tt_id);
      if (version === undefined) return answer([], 0, page);
      return answerErrors(unit, await errorIdsOfInstance(unit, params.ti_id), page);
    });
  },
} satisfies Partial<Handlers>;

type Answer = AnswerOf<typeof routes.getTemplateErrors>;
type Item = Answer['error_logs'][number];

interface Page {
  /** From 1. */
  readonly number: number;
  readonly size: number;
}

function pageOf({ page = 1, page_size: size = 10 }: QueryOf<typeof routes.getTemplateErrors>): Page {
  return { number: page, size };
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

async function answerErrors(unit: ReadUnit, ids: readonly number[], page: Page): Promise<Answer> {
  const errors = await readErrors(unit, cut(ids, page));
  return answer(errors.map(errorItem), ids.length, page);
}

async function answerClusters(unit: ReadUnit, ids: readonly number[], page: Page): Promise<Answer> {
  const clusters = await clusterErrors(unit, ids);
  const shown = cut(clusters, page);
  const samples = await readErrors(
    unit,
    shown.map(({ firstId }) => firstId),
  );
  const sampleOf = new Map(samples.map((sample) => [sample.id, sample]));
  const items = shown.map((cluster) =>
    clusterItem(cluster, sampleOf.get(cluster.firstId) as TemplateError, cluster.size / ids.length),
  );
  return answer(items, clusters.length, page);
}

function cut<Row>(rows: readonly Row[], { number, size }: Page): Row[] {
  return rows.slice((number - 1) * size, number * size);
}

function answer(items: Item[], total: number, { number, size }: Page): Answer {
  return { error_logs: items, total_count: total, page: number, page_size: size };
}

function errorItem(error: TemplateError): Item {
  return {
    task_id: error.taskId,
    task_instance_id: error.taskInstanceId,
    task_instance_err_id: error.id,
    error_time: isoTimeText(error.time),
    error: error.description,
    task_instance_stderr_log: error.stderrLog,
    workflow_run_id: error.workflowRunId,
    workflow_id: error.workflowId,
    error_score: null,
    group_instance_count: null,
    task_instance_ids: null,
    task_ids: null,
    sample_error: null,
    first_error_time: null,
  };
}

/** `score`: the share of all errors that the cluster has. Readers show it nowhere. */
function clusterItem(cluster: ErrorCluster, first: TemplateError, score: number): Item {
  return {
    task_id: null,
    task_instance_id: null,
    task_instance_err_id: null,
    error_time: null,
    error: null,
    task_instance_stderr_log: null,
    workflow_run_id: first.workflowRunId,
    workflow_id: first.workflowId,
    error_score: score,
    group_instance_count: cluster.size,
    task_instance_ids: [...cluster.taskInstanceIds],
    task_ids: [...cluster.taskIds],
    sample_error: errorText(first),
    first_error_time: isoTimeText(first.time),
  };
}
