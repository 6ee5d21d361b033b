/** The whole of a report: one page that asks for nothing and runs nothing. */
import { timeText } from '../../core/figures.ts';
import { errorsSection } from './errors.ts';
import type { ReportData } from './gather.ts';
import { graphSection } from './graph.ts';
import { html, trusted } from './html.ts';
import { STYLE } from './style.ts';
import { summarySection } from './summary.ts';
import { templatesSection } from './templates.ts';
import { timelineSection } from './timeline.ts';
import { usageSection } from './usage.ts';

export interface Origin {
  /** The command that made it, as it was typed. */
  readonly command: string;
  readonly version: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The text of the file. */
export function reportPage(data: ReportData, { command, version }: Origin): string {
  const { progress, graph, timeline, usage, errors } = data;
  const { workflow, now } = progress;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="skep ${version}">
<title>Workflow ${workflow.workflow_id}${workflow.name && `: ${workflow.name}`}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${summarySection(data)}
${templatesSection(progress)}
${errorsSection(errors)}
${timelineSection(timeline)}
${usageSection(usage, progress)}
${graphSection(graph, progress)}
</main>
<footer>How it stood at ${timeText(now)} UTC. Made by Skep ${version}: <code class="wraps">${command}</code></footer>
</body>
</html>
`.text;
}
