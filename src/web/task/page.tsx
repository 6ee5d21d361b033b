import { Code, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type TaskDetail, taskQuery } from '../api/queries.ts';
import { count, plainText } from '../parts/format.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { TaskStatus } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { Attempts } from './attempts.tsx';
import { Neighbours } from './neighbours.tsx';
import styles from './page.module.css';

const route = getRouteApi('/task/$taskId');

export function TaskPage() {
  const taskId = Number(route.useParams().taskId);
  return Number.isSafeInteger(taskId) ? (
    <KnownTask key={taskId} taskId={taskId} />
  ) : (
    <Empty title="The address names no task" />
  );
}

function KnownTask({ taskId }: { readonly taskId: number }) {
  const task = useQuery(taskQuery(taskId));
  if (task.isPending) return <Loading rows={8} />;
  if (task.data === undefined) return <Failure error={task.error as Error} retry={task.refetch} />;
  return <Shown detail={task.data} />;
}

function Shown({ detail }: { readonly detail: TaskDetail }) {
  const { task, workflow_id: workflow, command, attempts, upstream, downstream, explanation } = detail;
  return (
    <Stack gap="xl">
      <div>
        <Group gap="sm">
          <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {plainText(task.name)}
          </Title>
          <TaskStatus status={task.status} />
        </Group>
        <div className="quiet">
          Task {task.task_id} of{' '}
          <Link to="/workflow/$workflowId" params={{ workflowId: String(workflow) }} className={styles.link}>
            workflow {workflow}
          </Link>
          {task.template !== null && ` · ${plainText(task.template)}`} · attempt {count(task.attempts)} of{' '}
          {count(task.max_attempts)} · changed <Time at={task.status_changed} />
        </div>
      </div>
      <section aria-label="Why" className={styles.why} data-kind={explanation.kind}>
        {explanation.sentences.map((sentence, at) => (
          <Text
            key={sentence}
            {...(at > 0 && { size: 'sm', className: 'quiet' })}
            style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
          >
            {plainText(sentence)}
          </Text>
        ))}
      </section>
      <section aria-label="Command">
        <Title order={2} size="h4" mb="xs">
          Command
        </Title>
        <Code block className={styles.command}>
          {plainText(command)}
        </Code>
      </section>
      <Attempts attempts={attempts} />
      <Neighbours title="Waits for" none="It waits for no other task." {...upstream} />
      <Neighbours title="Waited for by" none="No other task waits for it." {...downstream} />
    </Stack>
  );
}
