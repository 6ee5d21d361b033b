import { Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { getNewestRun } from '../../../api/routes/extensions.ts';
import { resetWorkflow } from '../../../api/routes/task-updates.ts';
import { call, Refusal } from '../../api/call.ts';
import type { Progress } from '../../api/queries.ts';
import { counted } from '../../parts/format.ts';
import { Answers, Dialog } from './dialog.tsx';
import { useAction } from './use-action.ts';

interface ResetDialogProps {
  readonly progress: Progress;
  readonly isOpen: boolean;
  close(): void;
}

/** For a workflow whose run is over: what is to run again. */
export function ResetDialog({ progress, isOpen, close }: ResetDialogProps) {
  const { workflow_id: id, tasks, counts } = progress.workflow;
  const left = tasks - counts.DONE;
  const [chosen, setChosen] = useState<'partial' | 'whole'>('partial');
  const extent = left === 0 ? 'whole' : chosen;
  const action = useAction(id, () => reset(id, extent === 'partial'), close);
  const leave = () => {
    action.reset();
    close();
  };
  return (
    <Dialog title="Reset this workflow?" isOpen={isOpen} close={leave}>
      <Text size="sm">
        Tasks become as if they had never run, with all their attempts. They run when it is resumed.
      </Text>
      <Radio.Group aria-label="What is reset" value={extent} onChange={(value) => setChosen(value as typeof chosen)}>
        <Stack gap="xs">
          <Radio value="partial" disabled={left === 0} label={`What is not done: ${counted(left, 'task')}`} />
          <Radio value="whole" label={`Everything: ${counted(tasks, 'task')}, those that are done too`} />
        </Stack>
      </Radio.Group>
      <Answers verb="Reset" isGrave action={action} act={() => action.mutate(undefined)} close={leave} />
    </Dialog>
  );
}

/** The compatible route resets whatever runs; so it is asked again whether something does. */
async function reset(workflowId: number, partial: boolean): Promise<void> {
  const params = { workflow_id: workflowId };
  const { run } = await call(getNewestRun, { params });
  if (run?.alive === true) throw new Refusal(409, `Run ${run.workflow_run_id} of it is alive by now: stop it first.`);
  await call(resetWorkflow, { params, body: { partial_reset: partial } });
}
