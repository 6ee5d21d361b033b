/** People changing many tasks of a workflow. */
import type { BodyOf, routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { memoryInGib, runtimeInSeconds } from '../../core/units.ts';
import { isNamed, nameOf, type Principal } from '../access/principal.ts';
import type { Handlers } from '../handler.ts';
import { changedResources } from '../operations/changed-resources.ts';
import { type ChangeOutcome, changeTasks, previewChange } from '../operations/changing/change-tasks.ts';
import type { ChangeRequest } from '../operations/changing/plan.ts';
import { listChanges } from '../operations/changing/record.ts';
import type { NewResources } from '../operations/changing/resources.ts';
import type { ChangeAction } from '../operations/changing/rules.ts';
import { refuseUnknown } from '../operations/unknown-workflow.ts';
import { filterOf } from './looking.ts';

const CHANGES_A_PAGE = 50;

export const changingHandlers = {
  async changeTasks({ params, body, principal, services }) {
    const request = readRequest(params.workflow_id, body, principal);
    if (body.preview) return outcomeWire(await previewChange(services.database, request));
    const { expected, origin, change_key: key = services.random.uuid() } = body;
    return outcomeWire(await changeTasks(services, request, { expected, origin, key }));
  },

  async listChanges({ params, query, services }) {
    const { before, limit = CHANGES_A_PAGE } = query;
    const rows = await services.database.read(async (unit) => {
      await refuseUnknown(unit, params.workflow_id);
      return listChanges(unit, params.workflow_id, before, limit);
    });
    const changes = rows.map(({ id, action, recursive, ...row }) => ({
      ...row,
      change_id: id,
      action: action as ChangeAction,
      recursive: recursive === 1,
    }));
    return { changes, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
  },

  async getChangedResources({ params, services }) {
    const groups = await services.database.readHeavy((unit) => changedResources(unit, params.workflow_id));
    return {
      groups: groups.map(({ asked, original, taskIds }) => ({ ...asked, original, task_ids: [...taskIds] })),
    };
  },
} satisfies Partial<Handlers>;

type Body = BodyOf<typeof routes.changeTasks>;

function readRequest(
  workflowId: number,
  { action, filter, recursive = false, resources, user }: Body,
  principal: Principal,
): ChangeRequest {
  return {
    workflowId,
    action,
    filter: filterOf(workflowId, filter),
    recursive,
    resources: resources && readResources(resources),
    // Of whom the server knows by himself, it also knows that he may.
    user: nameOf(principal, user),
    isPermitted: isNamed(principal),
  };
}

/** @throws SkepError `memory_malformed`, `runtime_malformed`, `invalid_usage` */
function readResources({ memory, cores, runtime, queue }: NonNullable<Body['resources']>): NewResources {
  const named = { memory, cores, runtime, queue };
  if (Object.values(named).every((value) => value === undefined)) {
    throw new SkepError('invalid_usage', 'resources names none of memory, cores, runtime and queue.');
  }
  return {
    ...(memory !== undefined && { memory: memoryInGib(memory) }),
    ...(cores !== undefined && { cores }),
    ...(runtime !== undefined && { runtime: runtimeInSeconds(runtime) }),
    ...(queue !== undefined && { queue }),
  };
}

function outcomeWire({ changeId, liveRun, groups, sample, leftOut, tasks }: ChangeOutcome) {
  return {
    change_id: changeId ?? null,
    tasks,
    groups: groups.map(({ arrayId, ...group }) => ({ ...group, array_id: arrayId })),
    sample: sample.map(({ id, ...task }) => ({ ...task, task_id: id })),
    left_out: [...leftOut],
    live_run: liveRun ?? null,
  };
}
