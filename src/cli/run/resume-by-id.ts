import type { Requester } from '../../api/requester.ts';
import { resumeWorkflowFromId } from '../../client/run/run-workflow.ts';
import { SkepError } from '../../core/errors.ts';
import type { CommandContext } from '../context.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { resumeByIdCommandOf } from './resume-command.ts';
import { type SupervisedRun, type SuperviseOptions, superviseRun } from './supervise.ts';

export interface ResumeByIdOptions extends Omit<SuperviseOptions, 'timeout'> {
  readonly workflowId: number;
  readonly cluster: string;
  readonly hot?: boolean;
  readonly keepResources?: boolean;
  readonly forceCleanup?: boolean;
  /** Seconds to wait for another run of the workflow to end. */
  readonly timeout: number;
  /** Seconds after which the run is given up. */
  readonly executionTimeout: number;
}

/** Goes on with a workflow whose tasks only the server knows. @returns the exit code */
export function resumeById(options: ResumeByIdOptions, context: CommandContext): Promise<number> {
  const { workflowId, cluster: clusterName, hot = false, keepResources = false, forceCleanup } = options;
  const run: SupervisedRun = {
    name: `workflow ${workflowId}`,
    async start(shared) {
      await checkUnfinished(workflowId, shared.requester);
      shared.onBound({ workflowId });
      return resumeWorkflowFromId({
        ...{ ...shared, workflowId, clusterName, forceCleanup },
        increaseResources: !keepResources,
        resetRunningJobs: !hot,
        resumeTimeout: options.timeout,
      });
    },
    resumeCommand: () => resumeByIdCommandOf(workflowId, clusterName, options.dataDir),
  };
  return superviseRun(run, { ...options, timeout: options.executionTimeout, resume: true }, context);
}

/** Asked first, because the requests of a resume answer with their own troubles: a status, a transition that is refused. */
async function checkUnfinished(workflowId: number, requester: Requester): Promise<void> {
  const workflow = await knownWorkflow(requester, workflowId);
  if (workflow.WF_STATUS === 'DONE') {
    throw new SkepError('workflow_complete', `Workflow ${workflowId} is done already.`);
  }
}
