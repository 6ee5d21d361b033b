import { SkepError } from '../../core/errors.ts';
import type { Workflow } from '../workflow.ts';
import type { WorkflowHashes } from './hashes.ts';

/** What a server keeps of a workflow with the same args. */
export interface StoredHashes {
  readonly taskSet: string;
  readonly dag: string;
}

/**
 * The same args with other tasks or dependencies are a mistake. `hashes`: those of the workflow at hand; undefined when its
 * templates alone are others.
 * @throws SkepError workflow_exists
 */
export function refuseOtherTasks(
  { tool, workflowArgs }: Workflow,
  stored: readonly StoredHashes[],
  hashes: Pick<WorkflowHashes, 'taskSet' | 'dag'> | undefined,
): void {
  for (const { taskSet, dag } of stored) {
    const isSameSet = taskSet === String(hashes?.taskSet);
    if (isSameSet && dag === String(hashes?.dag)) continue;
    const what = isSameSet ? 'dependencies' : 'tasks';
    throw new SkepError(
      'workflow_exists',
      `A workflow of tool ${tool.name} with the args ${JSON.stringify(workflowArgs)} exists with other ${what}.`,
    );
  }
}
