import type { Handlers } from '../handler.ts';
import { arrayHandlers } from './arrays.ts';
import { batchHandlers } from './batches.ts';
import { changeHandlers } from './changes.ts';
import { clusterHandlers } from './clusters.ts';
import { dagHandlers } from './dags.ts';
import { generalHandlers } from './general.ts';
import { reportHandlers } from './reports.ts';
import { resumeHandlers } from './resume.ts';
import { instanceHandlers } from './task-instances.ts';
import { taskHandlers } from './tasks.ts';
import { toolHandlers } from './tools.ts';
import { runHandlers } from './workflow-runs.ts';
import { workflowHandlers } from './workflows.ts';

/** The handler of every route; a route without one does not compile. */
export const handlers: Handlers = {
  ...generalHandlers,
  ...toolHandlers,
  ...clusterHandlers,
  ...dagHandlers,
  ...arrayHandlers,
  ...workflowHandlers,
  ...taskHandlers,
  ...runHandlers,
  ...instanceHandlers,
  ...batchHandlers,
  ...resumeHandlers,
  ...changeHandlers,
  ...reportHandlers,
};
