import { Link } from '@tanstack/react-router';
import type { WorkflowRow } from '../api/queries.ts';
import { count, counted, percent, plainText } from '../parts/format.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { WorkflowStatus } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import styles from './line.module.css';

export function WorkflowLine({ workflow }: { readonly workflow: WorkflowRow }) {
  const { workflow_id: id, tasks, counts } = workflow;
  const name = plainText(workflow.name ?? workflow.workflow_args ?? `Workflow ${id}`);
  return (
    <article className={styles.line}>
      <div className="clip">
        <Link className={`plain ${styles.name}`} to="/workflow/$workflowId" params={{ workflowId: String(id) }}>
          {name}
        </Link>
        <div className={`clip quiet ${styles.small}`}>
          {[`${id}`, workflow.tool, workflow.user]
            .filter((part) => part !== null)
            .map(plainText)
            .join(' · ')}
        </div>
      </div>
      <div className={styles.status}>
        <WorkflowStatus status={workflow.status} paused={workflow.paused && workflow.live} />
      </div>
      <div className={styles.progress}>
        <ProgressBar counts={counts} tasks={tasks} name={name} />
        <div className={`quiet ${styles.small} ${styles.numbers}`}>
          <span>
            {percent(counts.DONE, tasks)} of {counted(tasks, 'task')}
          </span>
          {counts.FATAL > 0 && <span className={styles.failed}>{count(counts.FATAL)} failed</span>}
        </div>
      </div>
      <div className={`quiet right ${styles.small} ${styles.time}`}>
        <Time at={workflow.status_changed} />
      </div>
    </article>
  );
}
