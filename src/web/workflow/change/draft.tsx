import { Checkbox, NumberInput, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { Action, Draft } from './request.ts';

interface DraftFieldsProps {
  readonly draft: Draft;
  /** While a run lives, tasks ask for what it knows. */
  readonly isLive: boolean;
  change(changed: Partial<Draft>): void;
}

const ACTIONS: readonly { readonly value: Action; readonly label: string; readonly description: string }[] = [
  { value: 'retry', label: 'Retry', description: 'Failed ones get all their attempts again.' },
  { value: 'reset', label: 'Reset', description: 'As if they had never run, those that are done too.' },
  { value: 'mark_done', label: 'Mark as done', description: 'They need not run: what waits for them goes on.' },
];

/** What is to be done with the tasks. */
export function DraftFields({ draft, isLive, change }: DraftFieldsProps) {
  return (
    <>
      <Radio.Group
        aria-label="What is done with them"
        value={draft.action}
        onChange={(action) => change({ action: action as Action })}
      >
        <Stack gap="xs">
          {ACTIONS.map((action) => (
            <Radio key={action.value} {...action} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.action === 'reset' && (
        <Checkbox
          label="And everything that waits for them"
          checked={draft.recursive}
          onChange={({ currentTarget }) => change({ recursive: currentTarget.checked })}
        />
      )}
      {draft.action === 'retry' && !isLive && <ResourceFields draft={draft} change={change} />}
    </>
  );
}

function ResourceFields({ draft: { memory, cores, runtime, queue }, change }: Omit<DraftFieldsProps, 'isLive'>) {
  return (
    <SimpleGrid cols={2} spacing="sm">
      <TextInput
        label="Memory"
        placeholder="as before"
        description="GiB, or as in 500M"
        value={memory}
        onChange={({ currentTarget }) => change({ memory: currentTarget.value })}
      />
      <NumberInput
        label="Cores"
        placeholder="as before"
        description="Whole ones"
        min={1}
        max={1_000_000}
        allowDecimal={false}
        value={cores}
        onChange={(value) => change({ cores: value })}
      />
      <TextInput
        label="Run time"
        placeholder="as before"
        description="Seconds, or as in 2h"
        value={runtime}
        onChange={({ currentTarget }) => change({ runtime: currentTarget.value })}
      />
      <TextInput
        label="Queue"
        placeholder="as before"
        description="Of the same cluster"
        value={queue}
        onChange={({ currentTarget }) => change({ queue: currentTarget.value })}
      />
    </SimpleGrid>
  );
}
