import type { TemplateRow, Usage } from '../api/queries.ts';
import { bytes, count, duration, percent, plainText } from '../parts/format.ts';
import { Empty } from '../parts/states.tsx';
import styles from './templates.module.css';

type Sums = { readonly asked: number; readonly used: number } | null;

/** How much of what each template asked for it used: what is far below 100 % could be asked for less. */
export function Waste({ usage, templates }: { readonly usage: Usage; readonly templates: readonly TemplateRow[] }) {
  const names = new Map(templates.map(({ array_id: id, name }) => [id, plainText(name)]));
  if (usage.templates.length === 0) return <Empty title="No attempt has ended yet" />;
  return (
    <table className={styles.table}>
      <thead>
        <tr className="quiet">
          <th scope="col">Template</th>
          <th scope="col" className={`right ${styles.wide}`}>
            Attempts
          </th>
          <th scope="col" className="right">
            Memory used
          </th>
          <th scope="col" className="right">
            Cores used
          </th>
          <th scope="col" className="right">
            Time used
          </th>
        </tr>
      </thead>
      <tbody>
        {usage.templates.map(({ array_id: id, attempts, memory, cpu, run_time: runTime }) => (
          <tr key={id}>
            <th scope="row" className={styles.name}>
              {names.get(id) ?? id}
            </th>
            <td className={`right ${styles.wide}`}>{count(attempts)}</td>
            <Share sums={memory} text={(mebibyteSeconds) => `${bytes((mebibyteSeconds * 2 ** 20) / 3600)} h`} />
            <Share sums={cpu} text={(coreSeconds) => `${duration(coreSeconds)} of cores`} />
            <Share sums={runTime} text={duration} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Share({ sums, text }: { readonly sums: Sums; text(value: number): string }) {
  if (sums === null || sums.asked === 0) return <td className="right quiet">–</td>;
  const { asked, used } = sums;
  return (
    <td className="right" title={`${text(used)} used, ${text(asked)} asked for`}>
      {used > asked ? `${Math.round((100 * used) / asked)} %` : percent(used, asked)}
    </td>
  );
}
