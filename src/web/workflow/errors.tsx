import { Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ErrorGroup, errorsQuery } from '../api/queries.ts';
import { count, counted, plainText } from '../parts/format.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import styles from './errors.module.css';

/** Like errors together, the most frequent first. */
export function Errors({ workflowId }: { readonly workflowId: number }) {
  const errors = useQuery(errorsQuery(workflowId));
  if (errors.isPending) return <Loading rows={4} height={96} />;
  if (errors.data === undefined) return <Failure error={errors.error as Error} retry={errors.refetch} />;
  const { groups, errors: all, grouped } = errors.data;
  if (groups.length === 0) return <Empty title="No attempt has failed" />;
  return (
    <Stack>
      <Text className="quiet" size="sm">
        {counted(all, 'error')} of {counted(groups.length, 'kind')}
        {grouped < all && `; the newest ${count(grouped)} were sorted`}. Errors that differ in numbers only are of one
        kind.
      </Text>
      {groups.map((group, at) => (
        <ErrorGroupCard key={group.error_group} group={group} place={at + 1} />
      ))}
    </Stack>
  );
}

interface ErrorGroupProps {
  readonly group: ErrorGroup;
  /** From 1: the most frequent. */
  readonly place: number;
}

function ErrorGroupCard({ group, place }: ErrorGroupProps) {
  const { text, errors, tasks, fatal, templates, newest, oldest, task_id: task } = group;
  return (
    <section className={styles.group}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Text fw={600}>
          × {count(errors)}{' '}
          <Text span className="quiet" fw={400}>
            in {counted(tasks, 'task')}
            {fatal > 0 && `, of which ${count(fatal)} failed for good`} · {templates.map(plainText).join(', ')}
          </Text>
        </Text>
        <Text size="sm" className="quiet">
          {errors > 1 && (
            <>
              <Time at={oldest} /> to{' '}
            </>
          )}
          <Time at={newest} />
        </Text>
      </Group>
      <Code block className={styles.text} tabIndex={0} role="region" aria-label={`Text of kind ${place}`}>
        {plainText(text).trim()}
      </Code>
      <Group gap="md" mt={6}>
        <Anchor
          size="sm"
          renderRoot={(props) => <Link {...props} to="/task/$taskId" params={{ taskId: String(task) }} />}
        >
          The newest one
        </Anchor>
      </Group>
    </section>
  );
}
