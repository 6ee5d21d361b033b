import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { TASK_LABELS, type TaskLabel } from '../../core/task-label.ts';
import type { Progress } from '../api/queries.ts';
import { plainText } from '../parts/format.ts';
import type { Sort, WorkflowSearch } from './search.ts';

const route = getRouteApi('/workflow/$workflowId');
/** Milliseconds after the last key. */
const TYPING_PAUSE = 250;
const STATUSES = TASK_LABELS.map((value) => ({ value, label: value === 'FATAL' ? 'failed' : value.toLowerCase() }));
/** The order, with a minus for descending. */
const ORDERS = [
  { value: 'id', label: 'in the order of their ids' },
  { value: '-status_changed', label: 'changed last, first' },
  { value: 'status_changed', label: 'changed first, first' },
  { value: '-attempts', label: 'most attempts first' },
];

interface TaskFiltersProps {
  readonly progress: Progress;
  readonly conditions: WorkflowSearch;
}

export function TaskFilters({ progress, conditions }: TaskFiltersProps) {
  const navigate = route.useNavigate();
  const [text, setText] = useState(conditions.search ?? '');
  const change = (changed: WorkflowSearch) => navigate({ search: (old) => ({ ...old, ...changed }), replace: true });
  const search = useDebouncedCallback((typed: string) => change({ search: typed.trim() || undefined }), TYPING_PAUSE);
  const order = (conditions.descending ? '-' : '') + (conditions.sort ?? 'id');
  return (
    <Group gap="sm">
      <TextInput
        aria-label="Search tasks"
        placeholder="Name or id"
        flex="1 1 200px"
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          search(currentTarget.value);
        }}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        flex="1 1 140px"
        maw={220}
        data={STATUSES}
        value={conditions.status ?? null}
        onChange={(status) => change({ status: (status as TaskLabel | null) ?? undefined })}
      />
      <Select
        aria-label="Template"
        placeholder="Any template"
        clearable
        searchable
        flex="1 1 140px"
        maw={260}
        data={progress.templates.map(({ array_id: id, name }) => ({ value: String(id), label: plainText(name) }))}
        value={conditions.array === undefined ? null : String(conditions.array)}
        onChange={(array) => change({ array: array === null ? undefined : Number(array) })}
      />
      <Select
        aria-label="Order"
        flex="1 1 200px"
        maw={260}
        allowDeselect={false}
        data={ORDERS}
        value={order}
        onChange={(chosen) =>
          change({
            sort: (chosen?.replace('-', '') as Sort | undefined) ?? 'id',
            descending: chosen?.startsWith('-') || undefined,
          })
        }
      />
    </Group>
  );
}
