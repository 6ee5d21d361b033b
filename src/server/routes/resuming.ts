/** Going on with a workflow in a process of its own. */
import { SkepError } from '../../core/errors.ts';
import type { Handlers, Services } from '../handler.ts';
import { planResume } from '../operations/start-resume.ts';

export const resumingHandlers = {
  async getResume({ params, principal, services }) {
    const plan = await planFor(params.workflow_id, services);
    const { command } = plan;
    // It would run as the account of the server.
    const refusal = principal.role === 'admin' ? plan.refusal : 'Only an admin may let this server start runs.';
    const directory = refusal === undefined ? (services.runs?.directory ?? null) : null;
    return { refusal: refusal ?? null, command, directory };
  },

  async startResume({ params, services }) {
    const { workflow_id: workflowId } = params;
    const { refusal, words } = await planFor(workflowId, services);
    const { runs } = services;
    if (refusal !== undefined || runs === undefined) throw new SkepError('run_not_started', refusal ?? '');
    const started = await runs.start(workflowId, words);
    services.log.info({ workflow_id: workflowId, ...started }, 'A run was started');
    return started;
  },
} satisfies Partial<Handlers>;

function planFor(workflowId: number, { database, config, runs }: Services) {
  return database.read((unit) => planResume(unit, workflowId, { config, runs }));
}
