import type { TaskCounts } from '../api/queries.ts';
import { count, percent } from './format.ts';
import styles from './progress-bar.module.css';

/** In the order in which they fill the bar. What waits is the empty rest. */
const PARTS = [
  { label: 'DONE', word: 'done' },
  { label: 'FATAL', word: 'failed' },
  { label: 'RUNNING', word: 'running' },
  { label: 'SCHEDULED', word: 'scheduled' },
] as const;

/** How far `tasks` tasks are: one bar, said in words to who cannot see it. */
export function ProgressBar({
  counts,
  tasks,
  name,
}: {
  readonly counts: TaskCounts;
  readonly tasks: number;
  readonly name: string;
}) {
  const spoken = PARTS.filter(({ label }) => counts[label] > 0).map(
    ({ label, word }) => `${count(counts[label])} ${word}`,
  );
  const text = `${percent(counts.DONE, tasks)} of ${count(tasks)} done${spoken.length > 0 ? ` (${spoken.join(', ')})` : ''}`;
  return (
    <div className={styles.bar} role="img" aria-label={`${name}: ${text}`} title={text}>
      {PARTS.map(({ label, word }) => (
        <span
          key={label}
          className={styles.part}
          data-part={word}
          style={{ width: `${share(counts[label], tasks)}%` }}
        />
      ))}
    </div>
  );
}

function share(part: number, tasks: number): number {
  return tasks === 0 ? 0 : (100 * part) / tasks;
}
