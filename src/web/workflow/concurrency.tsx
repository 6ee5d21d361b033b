import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { setWorkflowConcurrency } from '../../api/routes/workflows.ts';
import { call } from '../api/call.ts';
import type { Progress } from '../api/queries.ts';
import { Failure } from '../parts/states.tsx';

/** What the server can store. */
const LARGEST = 2_147_483_647;

interface ConcurrencyDialogProps {
  readonly progress: Progress;
  readonly isOpen: boolean;
  close(): void;
}

export function ConcurrencyDialog({ progress, isOpen, close }: ConcurrencyDialogProps) {
  return (
    <Modal opened={isOpen} onClose={close} title="How many tasks may be active at once?">
      <ConcurrencyForm progress={progress} close={close} />
    </Modal>
  );
}

function ConcurrencyForm({ progress, close }: Omit<ConcurrencyDialogProps, 'isOpen'>) {
  const { workflow_id: id } = progress.workflow;
  const queries = useQueryClient();
  const [limit, setLimit] = useState<number | string>(progress.max_concurrently_running);
  const action = useMutation({
    mutationFn: () => call(setWorkflowConcurrency, { params: { workflow_id: id }, body: { max_tasks: Number(limit) } }),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ['workflow', id] });
    },
  });
  return (
    <Stack>
      <NumberInput
        label="Tasks of the whole workflow"
        description="Those that run beyond a lower limit go on. 0 pauses the workflow."
        min={0}
        max={LARGEST}
        allowDecimal={false}
        thousandSeparator=","
        value={limit}
        onChange={setLimit}
        data-autofocus
      />
      {action.isError && <Failure error={action.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button disabled={limit === ''} loading={action.isPending} onClick={() => action.mutate()}>
          Set the limit
        </Button>
      </Group>
    </Stack>
  );
}
