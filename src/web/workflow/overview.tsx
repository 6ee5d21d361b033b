import { Paper, Stack, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Progress } from '../api/queries.ts';
import { counted, plainText } from '../parts/format.ts';
import { Loading } from '../parts/states.tsx';
import { Templates } from './templates.tsx';

const TimelineChart = lazy(() => import('./timeline.tsx'));

export function Overview({ progress }: { readonly progress: Progress }) {
  const { pending_reasons: reasons } = progress;
  return (
    <Stack gap="xl">
      {reasons.length > 0 && (
        <Paper withBorder p="md" component="section" aria-label="What tasks wait for">
          <Title order={2} size="h5" mb="xs">
            What tasks wait for
          </Title>
          {reasons.map(({ reason, tasks }) => (
            <div key={reason}>
              <span className="quiet">{counted(tasks, 'task')}:</span> {plainText(reason)}
            </div>
          ))}
        </Paper>
      )}
      <section aria-label="Templates">
        <Title order={2} size="h4" mb="xs">
          Templates
        </Title>
        <Templates progress={progress} />
      </section>
      <section aria-label="Tasks over time">
        <Title order={2} size="h4" mb="xs">
          Over time
        </Title>
        <Suspense fallback={<Loading rows={1} height={280} />}>
          <TimelineChart workflowId={progress.workflow.workflow_id} />
        </Suspense>
      </section>
    </Stack>
  );
}
