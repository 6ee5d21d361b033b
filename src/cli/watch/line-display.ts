/** A line, or an object, whenever something changed. */
import { labelOf, WORKFLOW_STATUSES } from '../../core/status.ts';
import { TASK_LABELS } from '../../core/task-label.ts';
import type { CommandContext } from '../context.ts';
import { harmless, oneLine, plural } from '../output/terminal.ts';
import type { Display } from './display.ts';
import type { Progress } from './view.ts';

const NEVER = new AbortController().signal;

export function createLineDisplay(json: boolean, { output, errors }: CommandContext): Display {
  let last = '';
  let trouble = '';
  return {
    isLive: false,
    show({ progress, trouble: reason }) {
      if (reason !== '' && trouble === '') errors.write(`${harmless(reason)}\n`);
      trouble = reason;
      if (progress === undefined || reason !== '') return;
      const news = json ? JSON.stringify(changing(progress)) : textOf(progress).join('; ');
      if (news !== last) output.write(`${json ? JSON.stringify(asJson(progress)) : news}\n`);
      last = news;
    },
    remark: () => {},
    takeWish: () => undefined,
    attention: () => NEVER,
    leaving: NEVER,
    leftWith: undefined,
    end: () => {},
  };
}

function textOf({ workflow, pending_reasons: reasons }: Progress): string[] {
  const { workflow_id: id, name, status, tasks } = workflow;
  const counts = TASK_LABELS.flatMap((label) => {
    const count = workflow.counts[label];
    return count === 0 ? [] : [`${label.toLowerCase()} ${count}`];
  });
  const waits = reasons.map(({ reason, tasks: waiting }) => `${oneLine(reason)} (${waiting})`).join(', ');
  return [
    `Workflow ${id} ${oneLine(name ?? '')} is ${labelOf(WORKFLOW_STATUSES, status)}`,
    `${plural(tasks, 'task')}: ${counts.join(', ')}`,
    ...(waits === '' ? [] : [`waiting for: ${waits}`]),
  ];
}

/** What makes a new line: times and what follows from them alone are no news. */
function changing({ workflow, templates, pending_reasons: reasons }: Progress) {
  return {
    workflow_id: workflow.workflow_id,
    status: labelOf(WORKFLOW_STATUSES, workflow.status),
    live: workflow.live,
    tasks: workflow.counts,
    pending_reasons: reasons,
    templates: templates.map(({ name, tasks, counts, retries }) => ({ name, tasks, counts, retries })),
  };
}

function asJson(progress: Progress) {
  return { ...changing(progress), rate: progress.rate, forecast: progress.forecast ?? null };
}
