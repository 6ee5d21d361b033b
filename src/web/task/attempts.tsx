import { Accordion, Group, Text, Title } from '@mantine/core';
import type { Attempt } from '../api/queries.ts';
import { bytes, duration, plainText } from '../parts/format.ts';
import { AttemptStatus } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { Output } from './log/output.tsx';
import styles from './page.module.css';

/** Every try, the newest first and open. */
export function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  return (
    <section aria-label="Attempts">
      <Title order={2} size="h4" mb="xs">
        Attempts
      </Title>
      {attempts.length === 0 ? (
        <span className="quiet">It has not been tried yet.</span>
      ) : (
        <Accordion
          variant="contained"
          order={3}
          defaultValue={String(attempts[0]?.task_instance_id)}
          keepMounted={false}
        >
          {attempts.map((attempt) => (
            <Accordion.Item key={attempt.task_instance_id} value={String(attempt.task_instance_id)}>
              <Accordion.Control>
                <Group gap="md">
                  <AttemptStatus status={attempt.status} />
                  <Text size="sm" className="quiet">
                    {attempt.task_instance_id} · {duration(attempt.run_time)} ·{' '}
                    <Time at={attempt.started ?? attempt.status_changed} />
                  </Text>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <AttemptDetail attempt={attempt} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </section>
  );
}

function AttemptDetail({ attempt }: { readonly attempt: Attempt }) {
  return (
    <>
      <dl className={styles.facts}>
        {factsOf(attempt).map(([name, value]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {attempt.errors.map(({ time, description }) => (
        <Text
          key={`${time} ${description}`}
          mt="sm"
          size="sm"
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {plainText(description).trim()}
        </Text>
      ))}
      <Output attempt={attempt} />
    </>
  );
}

/** What is known of it, as pairs of a name and a text. */
function factsOf(attempt: Attempt): (readonly [string, string])[] {
  const { cluster, queue, nodename, distributor_id: job, cpu, memory, run_time: runTime } = attempt;
  const asked = Object.entries(attempt.requested_resources).map(([name, value]) => `${name} ${textOf(value)}`);
  const facts: (readonly [string, string | null])[] = [
    ['Where', [cluster, queue].filter((part) => part !== null).join(' / ') || null],
    ['Machine', nodename],
    ['Job', job],
    ['Asked for', asked.join(', ') || null],
    ['Ran out of', attempt.ran_out],
    ['Memory used', memory === null ? null : bytes(memory)],
    ['CPU time', cpu === null ? null : duration(cpu)],
    ['Run time', runTime === null ? null : duration(runTime)],
    ['The cluster says', attempt.pending_reason],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, plainText(value)] as const]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
