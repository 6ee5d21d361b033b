import { getRouteApi } from '@tanstack/react-router';
import type { Progress, TemplateRow } from '../api/queries.ts';
import { count, duration, percent, plainText } from '../parts/format.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Empty } from '../parts/states.tsx';
import styles from './templates.module.css';

const route = getRouteApi('/workflow/$workflowId');

/** How each template stands; a row leads to its tasks. */
export function Templates({ progress: { templates } }: { readonly progress: Progress }) {
  if (templates.length === 0) return <Empty title="This workflow has no task" />;
  return (
    <table className={styles.table}>
      <thead>
        <tr className="quiet">
          <th scope="col">Template</th>
          <th scope="col" className={styles.wide}>
            Progress
          </th>
          <th scope="col" className="right">
            Done
          </th>
          <th scope="col" className="right">
            Running
          </th>
          <th scope="col" className="right">
            Failed
          </th>
          <th scope="col" className={`right ${styles.wide}`}>
            Retries
          </th>
          <th scope="col" className={`right ${styles.wide}`}>
            Run time
          </th>
        </tr>
      </thead>
      <tbody>
        {templates.map((template) => (
          <TemplateLine key={template.array_id} template={template} />
        ))}
      </tbody>
    </table>
  );
}

function TemplateLine({ template }: { readonly template: TemplateRow }) {
  const { counts, tasks, run_time: runTime, retries, array_id: array } = template;
  const name = plainText(template.name);
  return (
    <tr>
      <th scope="row" className={styles.name}>
        <route.Link to="." search={{ tab: 'tasks', array }} className="plain">
          {name}
        </route.Link>
        <div className={styles.narrow}>
          <ProgressBar counts={counts} tasks={tasks} name={name} />
        </div>
      </th>
      <td className={`${styles.wide} ${styles.bar}`}>
        <ProgressBar counts={counts} tasks={tasks} name={name} />
      </td>
      <td className="right" title={percent(counts.DONE, tasks)}>
        {count(counts.DONE)} <span className="quiet">of {count(tasks)}</span>
      </td>
      <td className="right">{count(counts.RUNNING + counts.SCHEDULED)}</td>
      <td className={`right ${counts.FATAL > 0 ? styles.failed : 'quiet'}`}>{count(counts.FATAL)}</td>
      <td className={`right ${styles.wide} ${retries > 0 ? '' : 'quiet'}`}>{count(retries)}</td>
      <td
        className={`right ${styles.wide}`}
        title={runTime === null ? 'No task has ended yet.' : `95 % took no longer than ${duration(runTime.p95)}`}
      >
        {runTime === null ? '–' : duration(runTime.median)}
      </td>
    </tr>
  );
}
