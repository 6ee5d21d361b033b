/** A dry run as text, and for programs. Pure: the same workflow and answers give the same. */
import { countText } from '../../core/figures.ts';
import { labelOf, WORKFLOW_STATUSES } from '../../core/status.ts';
import { renderTable } from '../output/table.ts';
import { clip, harmless, type Paint, plural } from '../output/terminal.ts';
import type { DryRun, DryRunOptions, Standing } from './dry-run.ts';
import { type PlannedTask, REASONS, type Reason } from './plan.ts';

/** Tasks that are listed for programs that ask for no other number. */
const LISTED = 1000;

export function renderDryRun(
  { description, standing, plan }: DryRun,
  { resume }: Pick<DryRunOptions, 'resume'>,
  width: number,
  paint: Paint,
): string {
  const { name, tasks, dependencies, depth } = description;
  const isKnown = standing.kind === 'known';
  const columns = [
    { title: 'TEMPLATE', shrinkTo: 10 },
    { title: 'TASKS', align: 'right' as const },
    ...(isKnown ? [{ title: 'WOULD RUN' }, { title: 'WHY', shrinkTo: 24 }] : []),
    { title: 'FIRST COMMAND', shrinkTo: 12, ...(isKnown && { optional: 1 }) },
  ];
  const rows = groupsOf(plan).map(({ template, reason, members }) => [
    template,
    countText(members.length),
    ...(isKnown ? [REASONS[reason].runs ? 'yes' : 'no', whyOf(reason, members)] : []),
    members[0]?.task.command ?? '',
  ]);
  return [
    paint('bold', clip(harmless(name), width)),
    `${plural(tasks, 'task')}, ${dependencies.toLocaleString('en-US')} dependencies, ${plural(depth, 'level')} deep. Nothing was run.`,
    ...standingLines(standing, plan, resume === true),
    '',
    renderTable(columns, rows, width, paint),
  ].join('\n');
}

function standingLines(standing: Standing, plan: readonly PlannedTask[], resume: boolean): string[] {
  if (standing.kind === 'unknown') {
    return [`Not compared with earlier runs: ${harmless(standing.reason).replace(/\.?$/, '.')}`];
  }
  if (standing.kind === 'new') {
    const { namesake } = standing;
    const line = `A new workflow: all of its tasks would run${resume ? ', since there is nothing to resume' : ''}.`;
    if (namesake === undefined) return [line];
    const status = labelOf(WORKFLOW_STATUSES, namesake.status);
    return [line, `The newest of this name, workflow ${namesake.workflow_id} (${status}), has other args or tasks.`];
  }
  const { workflow_id: id, status, live } = standing.workflow;
  const known = `workflow ${id} (${labelOf(WORKFLOW_STATUSES, status)}${live ? ', its run lives' : ''})`;
  const running = plan.filter(({ reason }) => REASONS[reason].runs).length;
  if (running === 0) return [`Nothing would run: every task of ${known} is done.`];
  const counts = `${countText(running)} of its tasks would run, and ${countText(plan.length - running)} would not`;
  if (resume) return [`It is ${known}: ${counts}.`];
  return [`It is ${known}, and a run without --resume is refused. With --resume, ${counts}.`];
}

interface Group {
  readonly template: string;
  readonly reason: Reason;
  readonly members: readonly PlannedTask[];
}

/** Tasks of one template and with one reason together. */
function groupsOf(plan: readonly PlannedTask[]): Group[] {
  const templates = Map.groupBy(plan, ({ task }) => task.template.templateName);
  return [...templates].flatMap(([template, ofTemplate]) => {
    const reasons = Map.groupBy(ofTemplate, ({ reason }) => reason);
    return (Object.keys(REASONS) as Reason[]).flatMap((reason) => {
      const members = reasons.get(reason);
      return members === undefined ? [] : [{ template, reason, members }];
    });
  });
}

function whyOf(reason: Reason, members: readonly PlannedTask[]): string {
  const upstream = members[0]?.upstream;
  const text = upstream === undefined ? REASONS[reason].text : `${REASONS[reason].text}, such as ${upstream}`;
  const changed = members.filter(({ commandChanged }) => commandChanged).length;
  if (changed === 0) return text;
  return `${text} (${changed === members.length ? 'with' : `${countText(changed)} of them with`} another command than then)`;
}

/** The keys of earlier versions are kept. */
export function dryRunAsJson({ description, standing, plan }: DryRun, { limit = LISTED }: DryRunOptions): object {
  const templates = Map.groupBy(plan, ({ task }) => task.template.templateName);
  const reasons = Map.groupBy(groupsOf(plan), ({ template }) => template);
  const listed = limit === 0 ? plan : plan.slice(0, limit);
  return {
    ...description,
    comparison: comparisonOf(standing),
    wouldRun: plan.filter(({ reason }) => REASONS[reason].runs).length,
    templates: Array.from(templates, ([name, members]) => ({
      name,
      tasks: members.length,
      firstCommand: members[0]?.task.command ?? '',
      reasons: Object.fromEntries(
        (reasons.get(name) ?? []).map(({ reason, members: ofReason }) => [reason, ofReason.length]),
      ),
    })),
    taskList: listed.map(({ task, reason, taskId, upstream, commandChanged }) => ({
      name: task.name,
      template: task.template.templateName,
      wouldRun: REASONS[reason].runs,
      reason,
      taskId: taskId ?? null,
      upstream: upstream ?? null,
      commandChanged,
    })),
  };
}

function comparisonOf(standing: Standing): object {
  switch (standing.kind) {
    case 'unknown':
      return { kind: 'unknown', reason: standing.reason };
    case 'new':
      return { kind: 'new', namesake: standing.namesake?.workflow_id ?? null };
    case 'known': {
      const { workflow_id: workflowId, status, live } = standing.workflow;
      return { kind: 'known', workflowId, status: labelOf(WORKFLOW_STATUSES, status), live };
    }
  }
}
