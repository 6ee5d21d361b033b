/** What a workflow is, and how it stands. */
import { countText, durationText, rateText, timeText } from '../../core/figures.ts';
import { WORKFLOW_STATUSES, type WorkflowStatus } from '../../core/status.ts';
import { barOf, legendOf } from './bar.ts';
import type { ReportData } from './gather.ts';
import { html, type Markup } from './html.ts';

const TONES: Readonly<Record<string, string>> = { D: 'done', R: 'running', F: 'failed', A: 'failed' };

export function summarySection({ progress, attempts }: ReportData): Markup {
  const { workflow, run, runs, rate, retries, now } = progress;
  const { label, description } = WORKFLOW_STATUSES[workflow.status as WorkflowStatus] ?? {
    label: workflow.status,
    description: '',
  };
  const isPaused = workflow.paused && workflow.live;
  const end = workflow.live || run === null ? now : run.status_changed;
  const facts: [name: string, value: string | null, isLong?: boolean][] = [
    ['User', workflow.user],
    ['Tool', workflow.tool],
    ['Run', run && `${run.workflow_run_id}${runs > 1 ? `, the last of ${countText(runs)}` : ''}`],
    [runs > 1 ? 'This run began (UTC)' : 'Began (UTC)', run && timeText(run.started)],
    ['Ended (UTC)', run && (workflow.live ? 'not yet' : timeText(run.status_changed))],
    [workflow.live ? 'Running for' : 'Took', run && durationText(Math.max(0, end - run.started) / 1000)],
    ['Attempts', attemptsWords(attempts, retries)],
    ['Rate', run && rateWords(rate, workflow.live)],
    ['Arguments', workflow.workflow_args, true],
  ];
  return html`<header>
<p class="quiet small">Workflow ${workflow.workflow_id}</p>
<h1>${workflow.name || 'without a name'}</h1>
<p><span class="dot ${TONES[workflow.status] ?? 'waiting'}"></span><strong>${label}</strong>${isPaused && ' (paused)'} <span class="quiet">${description}</span></p>
${barOf(workflow.counts, workflow.tasks)}
${legendOf(workflow.counts, workflow.tasks)}
<dl>${facts.map(([name, value, isLong]) => value && html`<div${isLong ? html` class="whole"` : null}><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
</header>`;
}

function attemptsWords(attempts: number, retries: number): string {
  if (retries === 0) return countText(attempts);
  return `${countText(attempts)}, ${countText(retries)} of them ${retries === 1 ? 'a retry' : 'retries'}`;
}

function rateWords({ recent, run }: { recent: number; run: number }, isLive: boolean): string {
  return isLive ? `${rateText(recent)} of late, ${rateText(run)} over the run` : `${rateText(run)} over the run`;
}
