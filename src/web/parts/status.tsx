/** Statuses as words with a dot: the colour never stands alone. */
import { TASK_INSTANCE_STATUSES, TASK_STATUSES, WORKFLOW_STATUSES } from '../../core/status.ts';
import { labelOfTask } from '../../core/task-label.ts';
import styles from './status.module.css';

type Tone = 'done' | 'running' | 'failed' | 'waiting';

const WORKFLOW_TONES: Readonly<Record<string, Tone>> = { D: 'done', R: 'running', F: 'failed', A: 'failed' };
const INSTANCE_TONES: Readonly<Record<string, Tone>> = {
  D: 'done',
  R: 'running',
  ...{ E: 'failed', U: 'failed', Z: 'failed', W: 'failed', F: 'failed', X: 'failed', K: 'failed' },
};
const TASK_TONES: Readonly<Record<string, Tone>> = { DONE: 'done', RUNNING: 'running', FATAL: 'failed' };

export function WorkflowStatus({ status, paused }: { readonly status: string; readonly paused: boolean }) {
  const info = WORKFLOW_STATUSES[status as keyof typeof WORKFLOW_STATUSES];
  if (paused) return <Status tone="waiting" word="paused" title="No further task starts." />;
  return (
    <Status tone={WORKFLOW_TONES[status] ?? 'waiting'} word={wordOf(info?.label ?? status)} title={info?.description} />
  );
}

export function TaskStatus({ status }: { readonly status: string }) {
  const info = TASK_STATUSES[status as keyof typeof TASK_STATUSES];
  const label = labelOfTask(status);
  const word = label === 'FATAL' ? 'failed' : wordOf(label);
  return <Status tone={TASK_TONES[label] ?? 'waiting'} word={word} title={info?.description} />;
}

export function AttemptStatus({ status }: { readonly status: string }) {
  const info = TASK_INSTANCE_STATUSES[status as keyof typeof TASK_INSTANCE_STATUSES];
  return (
    <Status tone={INSTANCE_TONES[status] ?? 'waiting'} word={wordOf(info?.label ?? status)} title={info?.description} />
  );
}

function Status({
  tone,
  word,
  title,
}: {
  readonly tone: Tone;
  readonly word: string;
  readonly title?: string | undefined;
}) {
  return (
    <span className={styles.status} title={title}>
      <span className={styles.dot} data-tone={tone} aria-hidden />
      {word}
    </span>
  );
}

function wordOf(label: string): string {
  return label.toLowerCase().replaceAll('_', ' ');
}
