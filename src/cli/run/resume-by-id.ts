import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { resumeWorkflowFromId } from '../../client/run/run-workflow.ts';
import { SkepError } from '../../core/errors.ts';
import type { CommandContext } from '../context.ts';
import { parseFrame } from '../output/frame.ts';
import { resumeByIdCommandOf } from './resume-command.ts';
import { type SupervisedRun, type SuperviseOptions, superviseRun } from './supervise.ts';

export interface ResumeByIdOptions extends SuperviseOptions {
  readonly workflowId: number;
  readonly cluster: string;
  readonly hot?: boolean;
  readonly keepResources?: boolean;
}

/** Goes on with a workflow whose tasks only the server knows. @returns the exit code */
export function resumeById(options: ResumeByIdOptions, context: CommandContext): Promise<number> {
  const { workflowId, cluster: clusterName, hot = false, keepResources = false } = options;
  const run: SupervisedRun = {
    name: `workflow ${workflowId}`,
    async start(shared) {
      await checkUnfinished(workflowId, shared.requester);
      shared.onBound({ workflowId });
      const increaseResources = !keepResources;
      return resumeWorkflowFromId({ ...shared, workflowId, clusterName, increaseResources, resetRunningJobs: !hot });
    },
    resumeCommand: () => resumeByIdCommandOf(workflowId, clusterName, options.dataDir),
  };
  return superviseRun(run, { ...options, resume: true }, context);
}

/** Asked first, because the requests of a resume answer with their own troubles: a status, a transition that is refused. */
async function checkUnfinished(workflowId: number, requester: Requester): Promise<void> {
  const { workflows } = await requester.call(routes.getWorkflowStatus, { query: { workflow_id: [workflowId] } });
  const [workflow] = parseFrame(workflows);
  if (workflow === undefined) throw new SkepError('not_found', `Workflow ${workflowId} does not exist.`);
  if (workflow.WF_STATUS === 'DONE') {
    throw new SkepError('workflow_complete', `Workflow ${workflowId} is done already.`);
  }
}
