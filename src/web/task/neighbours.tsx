import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TaskDetail } from '../api/queries.ts';
import { count, plainText } from '../parts/format.ts';
import { TaskStatus } from '../parts/status.tsx';
import styles from './page.module.css';

interface NeighboursProps {
  readonly title: string;
  /** The sentence that stands where there are none. */
  readonly none: string;
  readonly total: number;
  readonly unfinished?: number;
  readonly tasks: TaskDetail['downstream']['tasks'];
}

/** Tasks beside one in the graph. There may be many more than are named. */
export function Neighbours({ title, none, total, unfinished, tasks }: NeighboursProps) {
  const left = total - tasks.length;
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="xs">
        {title}{' '}
        {total > 0 && (
          <Text span className="quiet">
            {count(total)}
            {unfinished !== undefined && unfinished > 0 && `, ${count(unfinished)} not done`}
          </Text>
        )}
      </Title>
      {total === 0 ? (
        <span className="quiet">{none}</span>
      ) : (
        <ul className={styles.neighbours}>
          {tasks.map(({ task_id: id, name, status }) => (
            <li key={id}>
              <Link to="/task/$taskId" params={{ taskId: String(id) }} className="clip plain">
                {plainText(name)}
              </Link>
              <TaskStatus status={status} />
            </li>
          ))}
          {left > 0 && <li className="quiet">and {count(left)} more</li>}
        </ul>
      )}
    </section>
  );
}
