import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { TaskRow } from '../api/queries.ts';
import { bytes, count, duration, plainText } from '../parts/format.ts';
import { TaskStatus } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import styles from './task-table.module.css';

/** Pixels; one line on a wide screen and two on a narrow one fit. */
const ROW_HEIGHT = 44;
/** Rows beyond those in sight that are drawn, and before whose end more are fetched. */
const OVERSCAN = 12;

interface TaskTableProps {
  readonly tasks: readonly TaskRow[];
  readonly hasMore: boolean;
  readonly isFetchingMore: boolean;
  fetchMore(): unknown;
}

/**
 * Of any number of tasks only those in sight are drawn; more are fetched when their end comes near. A real
 * table could not lay its rows where a scroll position wants them; the roles say that it is one.
 */
export function TaskTable({ tasks, hasMore, isFetchingMore, fetchMore }: TaskTableProps) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useWindowVirtualizer({
    count: tasks.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: place.current?.offsetTop ?? 0,
  });
  const drawn = rows.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isFetchingMore && last >= tasks.length - OVERSCAN) fetchMore();
  }, [hasMore, isFetchingMore, last, tasks.length, fetchMore]);
  return (
    <div role="table" aria-label="Tasks" aria-rowcount={hasMore ? -1 : tasks.length + 1}>
      <div role="rowgroup">
        <div role="row" className={`quiet ${styles.row} ${styles.head}`}>
          <span role="columnheader">Task</span>
          <span role="columnheader">Status</span>
          <span role="columnheader" className={`right ${styles.wide}`}>
            Attempts
          </span>
          <span role="columnheader" className={`right ${styles.wide}`}>
            Run time
          </span>
          <span role="columnheader" className={`right ${styles.wide}`}>
            Memory
          </span>
          <span role="columnheader" className="right">
            Changed
          </span>
        </div>
      </div>
      <div role="rowgroup" ref={place} className={styles.body} style={{ height: rows.getTotalSize() }}>
        {drawn.map(({ index, start }) => (
          <TaskLine
            key={index}
            task={tasks[index] as TaskRow}
            position={index + 2}
            top={start - rows.options.scrollMargin}
          />
        ))}
      </div>
    </div>
  );
}

function TaskLine({
  task,
  position,
  top,
}: {
  readonly task: TaskRow;
  readonly position: number;
  readonly top: number;
}) {
  const { task_id: id, attempts, max_attempts: most, pending_reason: reason } = task;
  return (
    <div
      role="row"
      aria-rowindex={position}
      className={`${styles.row} ${styles.line}`}
      style={{ height: ROW_HEIGHT, transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="clip">
        <Link className="plain" to="/task/$taskId" params={{ taskId: String(id) }} title={plainText(task.name)}>
          {plainText(task.name)}
        </Link>
        {reason !== null && <span className="quiet"> {plainText(reason)}</span>}
      </span>
      <span role="cell">
        <TaskStatus status={task.status} />
      </span>
      <span role="cell" className={`right ${styles.wide}`} title={`of ${count(most)} at most`}>
        {count(attempts)}
      </span>
      <span role="cell" className={`right ${styles.wide}`}>
        {duration(task.run_time)}
      </span>
      <span role="cell" className={`right ${styles.wide}`}>
        {bytes(task.memory)}
      </span>
      <span role="cell" className="right quiet">
        <Time at={task.status_changed} />
      </span>
    </div>
  );
}
