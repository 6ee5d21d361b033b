import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { bytesText, countText, durationText, timeText } from '../../core/figures.ts';
import { labelOfTask } from '../../core/task-label.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { clip, harmless, oneLine, paintFor, plural, widthOf } from '../output/terminal.ts';
import { withServer } from '../server/with-server.ts';
import { type Attempt, askTask, attemptStatus, type TaskDetail, writeExplanation } from './ask-task.ts';
import { writeJson, writeTable } from './write.ts';

export interface TaskShowOptions extends CommonOptions {
  readonly taskId: number;
  readonly json?: boolean;
}

const STREAMS = ['stdout', 'stderr'] as const;
type Part = AnswerOf<typeof routes.getTaskLog>;
type Outputs = Readonly<Record<(typeof STREAMS)[number], Part>>;

/** Lines of each output that are shown, and bytes in which they are looked for. */
const LINES = 10;
const TAIL = 8192;
/** Names of neighbours that are shown on each side. */
const NAMES = 4;
/** Columns of the names of facts. */
const NAME_COLUMNS = 13;

/** Everything about one task. */
export async function showTask(options: TaskShowOptions, context: CommandContext): Promise<void> {
  const { taskId } = options;
  const { answer, outputs } = await withServer(options, context, async (requester) => {
    const found = await askTask(requester, taskId, 'show tasks');
    const [newest] = found.attempts;
    const isAsked = newest !== undefined && !options.json;
    return { answer: found, outputs: isAsked ? await readOutputs(requester, newest) : undefined };
  });
  if (options.json) return writeJson(answer, context);
  writeExplanation(answer, context);
  writeFacts(answer, context);
  if (answer.attempts.length > 0) writeAttempts(answer.attempts, context);
  const [newest] = answer.attempts;
  if (newest !== undefined && outputs !== undefined) writeOutputs(newest, outputs, taskId, context);
}

async function readOutputs(requester: Requester, { task_instance_id: id }: Attempt): Promise<Outputs> {
  const read = (stream: (typeof STREAMS)[number]) =>
    requester.call(routes.getTaskLog, {
      params: { task_instance_id: id },
      query: { stream, offset: -TAIL, limit: TAIL },
    });
  return { stdout: await read('stdout'), stderr: await read('stderr') };
}

function writeFacts({ task, command, upstream, downstream }: TaskDetail, { output }: CommandContext): void {
  const { task_id: taskId, status, template, attempts, max_attempts: most, status_changed: changed } = task;
  const open = upstream.unfinished === 0 ? 'done' : `${countText(upstream.unfinished)} not done`;
  const facts: [name: string, value: string][] = [
    ['Template', template === null ? 'none' : oneLine(template)],
    ['Status', `${labelOfTask(status)} since ${timeText(changed)} UTC`],
    ['Attempts', `${countText(attempts)} of at most ${countText(most)}`],
    // As it is, so that it can be copied: its lines are part of it.
    ['Command', harmless(command).trim()],
    ['Waits for', upstream.total === 0 ? 'none' : `${plural(upstream.total, 'task')}, ${open}`],
    ...neighbourLines(upstream, taskId),
    ['Upstream of', downstream.total === 0 ? 'none' : plural(downstream.total, 'task')],
    ...neighbourLines(downstream, taskId),
  ];
  output.write('\n');
  for (const [name, value] of facts) {
    output.write(`${name.padEnd(NAME_COLUMNS)}${value.replaceAll('\n', `\n${' '.repeat(NAME_COLUMNS)}`)}\n`);
  }
}

/** The first of them; what is not done comes first. */
function neighbourLines({ total, tasks }: TaskDetail['downstream'], taskId: number): ['', string][] {
  const shown = tasks.slice(0, NAMES);
  const lines = shown.map(({ name, task_id: id, status }) => `  ${oneLine(name)} (task ${id}) ${labelOfTask(status)}`);
  const rest = total - shown.length;
  if (rest > 0) lines.push(`  and ${countText(rest)} more: skep task dependencies -t ${taskId}`);
  return lines.map((line) => ['', line]);
}

function writeAttempts(attempts: readonly Attempt[], context: CommandContext): void {
  const columns = [
    { title: 'ATTEMPT', align: 'right' as const },
    { title: 'STATUS', shrinkTo: 6 },
    { title: 'RUN', align: 'right' as const, optional: 3 },
    { title: 'BEGAN', optional: 1 },
    { title: 'RAN' },
    { title: 'MEMORY' },
    { title: 'CORES' },
    { title: 'MACHINE', shrinkTo: 7, optional: 2 },
    { title: 'JOB', shrinkTo: 6, optional: 5 },
    { title: 'QUEUE', shrinkTo: 5, optional: 4 },
  ];
  context.output.write('\n');
  writeTable(columns, attempts.map(cellsOf), context);
}

/** What was used, of what was asked for. */
function cellsOf(attempt: Attempt): string[] {
  const { started, run_time: seconds, memory, cpu, requested_resources: asked } = attempt;
  const cores = cpu === null || !seconds ? null : Number((cpu / seconds).toPrecision(2));
  return [
    String(attempt.task_instance_id),
    attemptStatus(attempt),
    String(attempt.workflow_run_id),
    started === null ? '–' : timeText(started).slice('YYYY-'.length),
    usedOf(seconds, asked.runtime, durationText),
    usedOf(memory, gibibytes(asked.memory), bytesText),
    usedOf(cores, asked.cores, countText),
    attempt.nodename ?? '–',
    attempt.distributor_id ?? '–',
    [attempt.cluster, attempt.queue].filter((part) => part !== null).join('/') || '–',
  ];
}

/** What others put into resources may be of any kind. */
function usedOf(used: number | null, asked: unknown, text: (value: number) => string): string {
  const share = used === null ? '–' : text(used);
  return typeof asked === 'number' ? `${share} of ${text(asked)}` : share;
}

const gibibytes = (amount: unknown) => (typeof amount === 'number' ? amount * 2 ** 30 : amount);

function writeOutputs(newest: Attempt, outputs: Outputs, taskId: number, { output }: CommandContext): void {
  const paint = paintFor(output);
  for (const stream of STREAMS) {
    const part = outputs[stream];
    const path = newest[stream];
    const lines = harmless(part.text).trimEnd().split('\n');
    const shown = lines.slice(-LINES);
    const where = path === null || path === '/dev/null' ? '' : `  ${harmless(path)}`;
    const nothing = part.source === 'none' ? ': nothing is known of it' : ': empty';
    const title = paint('bold', `${stream} of attempt ${newest.task_instance_id}`);
    output.write(`\n${title}${part.size === 0 ? nothing : ''}${where}\n`);
    if (part.size === 0) continue;
    if (shown.length < lines.length || part.from > 0) output.write(`  ${paint('dim', '│')} …\n`);
    for (const line of shown) output.write(`  ${paint('dim', '│')} ${clip(line, widthOf(output) - 4)}\n`);
  }
  output.write(`\nAll of it: skep task logs -t ${taskId}, and with -s stderr\n`);
}
