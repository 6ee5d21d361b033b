import { Button, Code, Group, SegmentedControl, Stack, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { workflowsQuery } from '../api/queries.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { WorkflowLine } from './line.tsx';
import { LIST_STATES, type ListSearch, type ListState } from './search.ts';

const route = getRouteApi('/');
/** Milliseconds after the last key. */
const TYPING_PAUSE = 250;
const STATES = [
  { value: 'all', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'done', label: 'Done' },
  { value: 'failed', label: 'Failed' },
  { value: 'halted', label: 'Halted' },
];

/** All workflows, newest first. */
export function WorkflowsPage() {
  const conditions = route.useSearch();
  return (
    <Stack>
      <Title order={1} size="h2">
        Workflows
      </Title>
      <Filters conditions={conditions} />
      <List conditions={conditions} />
    </Stack>
  );
}

function Filters({ conditions }: { readonly conditions: ListSearch }) {
  const navigate = route.useNavigate();
  const change = (changed: ListSearch) => navigate({ search: (old) => ({ ...old, ...changed }), replace: true });
  return (
    <Group gap="sm">
      <FilterField
        label="Search"
        hint="Name, arguments or id"
        value={conditions.search}
        onChange={(search) => change({ search })}
      />
      <FilterField label="User" hint="User" value={conditions.user} onChange={(user) => change({ user })} />
      <FilterField label="Tool" hint="Tool" value={conditions.tool} onChange={(tool) => change({ tool })} />
      <SegmentedControl
        aria-label="Status"
        data={STATES}
        value={conditions.state ?? 'all'}
        onChange={(state) => change({ state: state === 'all' ? undefined : (state as ListState) })}
      />
    </Group>
  );
}

interface FilterFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string | undefined;
  onChange(value: string | undefined): void;
}

function FilterField({ label, hint, value, onChange }: FilterFieldProps) {
  const [text, setText] = useState(value ?? '');
  const apply = useDebouncedCallback((typed: string) => onChange(typed.trim() || undefined), TYPING_PAUSE);
  return (
    <TextInput
      aria-label={label}
      placeholder={hint}
      value={text}
      flex={label === 'Search' ? '1 1 220px' : '0 1 140px'}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        apply(currentTarget.value);
      }}
    />
  );
}

function List({ conditions }: { readonly conditions: ListSearch }) {
  const { search, user, tool, state } = conditions;
  const list = useInfiniteQuery(
    workflowsQuery({
      search,
      user: user === undefined ? undefined : [user],
      tool: tool === undefined ? undefined : [tool],
      status: state === undefined ? undefined : [...LIST_STATES[state]],
    }),
  );
  if (list.isPending) return <Loading rows={8} height={64} />;
  if (list.isError && list.data === undefined) return <Failure error={list.error} retry={list.refetch} />;
  const workflows = list.data?.pages.flatMap((page) => page.workflows) ?? [];
  const isFiltered = Object.values(conditions).some((condition) => condition !== undefined);
  if (workflows.length === 0) {
    return isFiltered ? (
      <Empty title="No workflow fits" hint="Take away a condition to see more." />
    ) : (
      <Empty
        title="There is no workflow yet"
        hint={
          <>
            Run one: <Code>skep run FILE</Code>
          </>
        }
      />
    );
  }
  return (
    <div>
      {workflows.map((workflow) => (
        <WorkflowLine key={workflow.workflow_id} workflow={workflow} />
      ))}
      {list.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          fullWidth
          loading={list.isFetchingNextPage}
          onClick={() => list.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </div>
  );
}
