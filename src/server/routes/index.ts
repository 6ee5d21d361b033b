import type { Handlers } from '../handler.ts';
import { accessHandlers } from './access.ts';
import { arrayHandlers } from './arrays.ts';
import { batchSystemHandlers } from './batch-systems.ts';
import { batchHandlers } from './batches.ts';
import { changeHandlers } from './changes.ts';
import { changingHandlers } from './changing.ts';
import { clusterHandlers } from './clusters.ts';
import { dagHandlers } from './dags.ts';
import { distributorHandlers } from './distributors.ts';
import { generalHandlers } from './general.ts';
import { lookingHandlers } from './looking.ts';
import { outputHandlers } from './output.ts';
import { pauseHandlers } from './pause.ts';
import { progressHandlers } from './progress.ts';
import { reaperHandlers } from './reaper.ts';
import { recordHandlers } from './records.ts';
import { reportHandlers } from './reports.ts';
import { resumeHandlers } from './resume.ts';
import { resumingHandlers } from './resuming.ts';
import { instanceHandlers } from './task-instances.ts';
import { taskUpdateHandlers } from './task-updates.ts';
import { taskViewHandlers } from './task-views.ts';
import { taskHandlers } from './tasks.ts';
import { templateErrorHandlers } from './template-errors.ts';
import { templateUsageHandlers } from './template-usage.ts';
import { templateViewHandlers } from './template-views.ts';
import { toolHandlers } from './tools.ts';
import { runHandlers } from './workflow-runs.ts';
import { workflowViewHandlers } from './workflow-views.ts';
import { workflowHandlers } from './workflows.ts';

/** The handler of every route; a route without one does not compile. */
export const handlers: Handlers = {
  ...generalHandlers,
  ...accessHandlers,
  ...toolHandlers,
  ...clusterHandlers,
  ...dagHandlers,
  ...arrayHandlers,
  ...workflowHandlers,
  ...taskHandlers,
  ...taskViewHandlers,
  ...taskUpdateHandlers,
  ...workflowViewHandlers,
  ...templateViewHandlers,
  ...templateUsageHandlers,
  ...templateErrorHandlers,
  ...runHandlers,
  ...pauseHandlers,
  ...batchSystemHandlers,
  ...reaperHandlers,
  ...progressHandlers,
  ...lookingHandlers,
  ...outputHandlers,
  ...recordHandlers,
  ...changingHandlers,
  ...instanceHandlers,
  ...batchHandlers,
  ...resumeHandlers,
  ...resumingHandlers,
  ...changeHandlers,
  ...reportHandlers,
  ...distributorHandlers,
};
