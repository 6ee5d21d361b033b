import type { ReactNode } from 'react';
import styles from './figures.module.css';

export interface Figure {
  readonly name: string;
  readonly value: ReactNode;
  readonly more: ReactNode;
}

/** A row of numbers that matter, each with its name and a line that says more. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl className={styles.figures}>
      {figures.map(({ name, value, more }) => (
        <div key={name} className={styles.figure}>
          <dt className="quiet">{name}</dt>
          <dd className={styles.value}>{value}</dd>
          <dd className={`quiet ${styles.more}`}>{more}</dd>
        </div>
      ))}
    </dl>
  );
}
