import { Group, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type Progress, tasksQuery } from '../api/queries.ts';
import { useMayChange } from '../identity.tsx';
import { count, counted } from '../parts/format.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { ChangeButton } from './change/dialog.tsx';
import { filterOf } from './change/request.ts';
import type { WorkflowSearch } from './search.ts';
import { TaskFilters } from './task-filters.tsx';
import { TaskTable } from './task-table.tsx';

const route = getRouteApi('/workflow/$workflowId');

export function Tasks({ progress }: { readonly progress: Progress }) {
  const conditions = route.useSearch();
  return (
    <Stack gap="sm">
      <TaskFilters progress={progress} conditions={conditions} />
      <Found progress={progress} conditions={conditions} />
    </Stack>
  );
}

function Found({ progress, conditions }: { readonly progress: Progress; readonly conditions: WorkflowSearch }) {
  const { sort, descending } = conditions;
  const mayChange = useMayChange();
  const found = useInfiniteQuery(
    tasksQuery(progress.workflow.workflow_id, {
      ...filterOf(conditions),
      ...(sort !== undefined && { sort }),
      ...(descending === true && { descending }),
    }),
  );
  if (found.isPending) return <Loading rows={10} />;
  if (found.data === undefined) return <Failure error={found.error as Error} retry={found.refetch} />;
  const tasks = found.data.pages.flatMap((page) => page.tasks);
  if (tasks.length === 0) return <Empty title="No task fits" hint="Take away a condition to see more." />;
  const total = found.data.pages[0]?.total;
  return (
    <>
      <Group justify="space-between">
        <div className="quiet" role="status">
          {typeof total === 'number' ? counted(total, 'task') : `the first ${count(tasks.length)} tasks that fit`}
        </div>
        {mayChange && <ChangeButton progress={progress} conditions={conditions} />}
      </Group>
      <TaskTable
        tasks={tasks}
        hasMore={found.hasNextPage}
        isFetchingMore={found.isFetchingNextPage}
        fetchMore={found.fetchNextPage}
      />
    </>
  );
}
