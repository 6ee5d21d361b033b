import type { Requester } from '../../api/requester.ts';
import { continueWorkflow, type PauseResult, pauseWorkflow } from '../../client/control/pause.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { plural } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from '../views/write.ts';

export interface PauseOptions extends CommonOptions {
  readonly workflowId: number;
  readonly json?: boolean;
}

/** Lets no further task of a workflow start. @throws SkepError not_found, extension_missing */
export async function pauseById(options: PauseOptions, context: CommandContext): Promise<void> {
  const { workflowId } = options;
  const result = await change(options, context, pauseWorkflow);
  if (result === undefined) return;
  const effect = result.changed
    ? 'is paused: no further task starts; those that run go on.'
    : 'was paused already: no further task starts.';
  context.output.write(`Workflow ${workflowId} ${effect} To continue:  skep workflow continue -w ${workflowId}\n`);
}

/** Ends the pause of a workflow. @throws SkepError not_found, extension_missing, request_refused */
export async function continueById(options: PauseOptions, context: CommandContext): Promise<void> {
  const result = await change(options, context, continueWorkflow);
  if (result === undefined) return;
  const effect = result.changed ? 'continues' : 'is not paused';
  context.output.write(
    `Workflow ${options.workflowId} ${effect}: it may have ${plural(result.limit, 'task')} active at once.\n`,
  );
}

/** Undefined when the result was written as JSON. */
async function change(
  options: PauseOptions,
  context: CommandContext,
  act: (requester: Requester, workflowId: number) => Promise<PauseResult>,
): Promise<PauseResult | undefined> {
  const { workflowId } = options;
  const result = await withServer(options, context, async (requester) => {
    await knownWorkflow(requester, workflowId);
    return act(requester, workflowId);
  });
  if (!options.json) return result;
  writeJson({ workflow_id: workflowId, ...result }, context);
  return undefined;
}
