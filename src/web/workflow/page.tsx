import { Stack, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useProgress } from '../api/follow.ts';
import type { Progress } from '../api/queries.ts';
import { count } from '../parts/format.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { Errors } from './errors.tsx';
import { Header } from './header.tsx';
import { Overview } from './overview.tsx';
import { TABS, type Tab } from './search.ts';
import { Tasks } from './tasks.tsx';

// What draws charts and graphs is heavier than all the rest together.
const Graph = lazy(() => import('./graph.tsx'));
const Bars = lazy(() => import('./bars/view.tsx'));
const Resources = lazy(() => import('./resources.tsx'));

const route = getRouteApi('/workflow/$workflowId');

export function WorkflowPage() {
  const workflowId = Number(route.useParams().workflowId);
  return Number.isSafeInteger(workflowId) ? (
    <KnownWorkflow key={workflowId} workflowId={workflowId} />
  ) : (
    <Empty title="The address names no workflow" />
  );
}

function KnownWorkflow({ workflowId }: { readonly workflowId: number }) {
  const progress = useProgress(workflowId);
  if (progress.isPending) return <Loading rows={8} />;
  if (progress.data === undefined) return <Failure error={progress.error as Error} retry={progress.refetch} />;
  return (
    <Stack gap="lg">
      <Header progress={progress.data} />
      {progress.isError && <Failure error={progress.error} />}
      <Views progress={progress.data} />
    </Stack>
  );
}

function Views({ progress }: { readonly progress: Progress }) {
  const { tab = 'overview' } = route.useSearch();
  const navigate = route.useNavigate();
  const { tasks, counts } = progress.workflow;
  const marks: Partial<Record<Tab, string>> = {
    tasks: count(tasks),
    ...(counts.FATAL > 0 && { errors: count(counts.FATAL) }),
  };
  return (
    <Tabs value={tab} onChange={(chosen) => navigate({ search: { tab: chosen as Tab } })} keepMounted={false}>
      <Tabs.List mb="md" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name} rightSection={marks[name] && <span className="quiet">{marks[name]}</span>}>
            {`${name[0]?.toUpperCase()}${name.slice(1)}`}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>
        <Suspense fallback={<Loading />}>
          <View tab={tab} progress={progress} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}

function View({ tab, progress }: { readonly tab: Tab; readonly progress: Progress }) {
  switch (tab) {
    case 'overview':
      return <Overview progress={progress} />;
    case 'graph':
      return <Graph progress={progress} />;
    case 'timeline':
      return <Bars progress={progress} />;
    case 'tasks':
      return <Tasks progress={progress} />;
    case 'errors':
      return <Errors workflowId={progress.workflow.workflow_id} />;
    case 'resources':
      return <Resources progress={progress} />;
  }
}
