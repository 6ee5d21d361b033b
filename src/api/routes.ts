/** Every route, once. The names are the operations' names in OpenAPI and in the server's handler table. */
import * as access from './routes/access.ts';
import * as arrays from './routes/arrays.ts';
import * as batchSystems from './routes/batch-systems.ts';
import * as changing from './routes/changing.ts';
import * as clusters from './routes/clusters.ts';
import * as dags from './routes/dags.ts';
import * as distributors from './routes/distributors.ts';
import * as extensions from './routes/extensions.ts';
import * as general from './routes/general.ts';
import * as looking from './routes/looking.ts';
import * as output from './routes/output.ts';
import * as progress from './routes/progress.ts';
import * as reaper from './routes/reaper.ts';
import * as records from './routes/records.ts';
import * as resuming from './routes/resuming.ts';
import * as taskInstances from './routes/task-instances.ts';
import * as taskUpdates from './routes/task-updates.ts';
import * as taskViews from './routes/task-views.ts';
import * as tasks from './routes/tasks.ts';
import * as templateViews from './routes/template-views.ts';
import * as tools from './routes/tools.ts';
import * as workflowRuns from './routes/workflow-runs.ts';
import * as workflowViews from './routes/workflow-views.ts';
import * as workflows from './routes/workflows.ts';

const { TaskTemplateVersionTuple: _version, ...toolRoutes } = tools;
const { TaskInstanceTuple: _instance, BatchTuple: _batch, EndFields: _fields, ...taskInstanceRoutes } = taskInstances;
const { Usage: _usage, RanOut: _ranOut, ...extensionRoutes } = extensions;
const { TaskFilter: _filter, ...lookingRoutes } = looking;

export const routes = {
  ...general,
  ...access,
  ...toolRoutes,
  ...clusters,
  ...dags,
  ...workflows,
  ...tasks,
  ...arrays,
  ...workflowRuns,
  ...taskInstanceRoutes,
  ...taskViews,
  ...taskUpdates,
  ...workflowViews,
  ...templateViews,
  ...reaper,
  ...progress,
  ...lookingRoutes,
  ...output,
  ...records,
  ...resuming,
  ...changing,
  ...extensionRoutes,
  ...batchSystems,
  ...distributors,
};

export type RouteName = keyof typeof routes;

export type { AnswerOf, BodyOf } from './route.ts';
