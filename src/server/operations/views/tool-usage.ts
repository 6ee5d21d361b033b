/** Resource usage of a tool. Source: http-fsm §7.3. */
import type { ReadUnit } from '../../db/unit.ts';

export interface UsagePeriod {
  /** Milliseconds since the epoch; both ends belong to the period. */
  readonly start: number;
  readonly end: number;
}

/** A row for each node argument of each done task instance of the workflows of a tool that were created in the period. */
export function toolResourceUsage(unit: ReadUnit, toolName: string, { start, end }: UsagePeriod) {
  return unit.db
    .selectFrom('tool')
    .innerJoin('tool_version', 'tool_version.tool_id', 'tool.id')
    .innerJoin('workflow', 'workflow.tool_version_id', 'tool_version.id')
    .innerJoin('task', 'task.workflow_id', 'workflow.id')
    .innerJoin('task_instance', 'task_instance.task_id', 'task.id')
    .innerJoin('task_resources', 'task_resources.id', 'task_instance.task_resources_id')
    .innerJoin('node_arg', 'node_arg.node_id', 'task.node_id')
    .select([
      'task_instance.id as ti_id',
      'task_instance.wallclock as ti_wallclock',
      'task_instance.maxrss as ti_maxrss',
    ])
    .select(['node_arg.val as node_arg_val', 'task_resources.requested_resources as ti_requested_resources'])
    .where('tool.name', '=', toolName)
    .where('workflow.created_date', '>=', start)
    .where('workflow.created_date', '<=', end)
    .where('task.status', '=', 'D')
    .where('task_instance.status', '=', 'D')
    .orderBy('task_instance.id')
    .orderBy('node_arg.arg_id')
    .execute();
}
