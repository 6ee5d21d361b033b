import { Button, Group, NumberInput, Slider, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { setWorkflowConcurrency } from '../../../api/routes/workflows.ts';
import { NO_CONCURRENCY_LIMIT } from '../../../core/status.ts';
import { call } from '../../api/call.ts';
import type { Progress } from '../../api/queries.ts';
import { count, counted } from '../../parts/format.ts';
import { Failure } from '../../parts/states.tsx';
import { Dialog } from './dialog.tsx';
import { limitAt, STEPS, stepOf } from './limit-scale.ts';
import { useAction } from './use-action.ts';

interface ConcurrencyDialogProps {
  readonly progress: Progress;
  readonly isOpen: boolean;
  close(): void;
}

/** A limit is in force as soon as it is chosen: what comes of it is seen at once. */
export function ConcurrencyDialog({ progress, isOpen, close }: ConcurrencyDialogProps) {
  return (
    <Dialog title="How many tasks may be active at once?" isOpen={isOpen} close={close}>
      <ConcurrencyForm progress={progress} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Close
        </Button>
      </Group>
    </Dialog>
  );
}

/** Milliseconds after the last key. */
const TYPING_PAUSE = 600;

function ConcurrencyForm({ progress }: { readonly progress: Progress }) {
  const { workflow_id: id, tasks, counts, paused } = progress.workflow;
  const inForce = progress.max_concurrently_running;
  const most = Math.max(1, tasks);
  const [limit, setLimit] = useState<number | string>(paused || inForce >= NO_CONCURRENCY_LIMIT ? '' : inForce);
  const action = useAction(id, (chosen: number) =>
    call(setWorkflowConcurrency, { params: { workflow_id: id }, body: { max_tasks: chosen } }),
  );
  const setSoon = useDebouncedCallback((typed: number) => action.mutate(typed), TYPING_PAUSE);
  const type = (typed: number | string) => {
    setLimit(typed);
    if (typeof typed === 'number') setSoon(typed);
  };
  return (
    <>
      <Slider
        thumbLabel="Tasks at once, each step by the same factor"
        min={0}
        max={STEPS}
        label={(step) => count(limitAt(step, most))}
        marks={marksUpTo(most)}
        value={stepOf(limit === '' ? most : Number(limit), most)}
        onChange={(step) => setLimit(limitAt(step, most))}
        onChangeEnd={(step) => action.mutate(limitAt(step, most))}
        mt="xs"
        mb="xl"
        mx="md"
      />
      <NumberInput
        label="Exactly"
        description="Tasks of the whole workflow. Those that run beyond a lower limit go on; 0 pauses it."
        min={0}
        max={NO_CONCURRENCY_LIMIT}
        allowDecimal={false}
        placeholder={paused ? '' : 'no limit'}
        thousandSeparator=","
        value={limit}
        onChange={type}
        data-autofocus
      />
      <Text size="sm" className="quiet" role="status">
        {paused
          ? 'It is paused: a limit that is set now is in force when it continues.'
          : `In force: ${inForce >= NO_CONCURRENCY_LIMIT ? 'no limit' : counted(inForce, 'task')}. Active now: ${count(counts.RUNNING + counts.SCHEDULED)}.`}
      </Text>
      {action.error !== null && <Failure error={action.error} />}
    </>
  );
}

/** Powers of ten, where they are so far apart that their labels do not touch. */
function marksUpTo(most: number) {
  const powers = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, power) => 10 ** power);
  const apart = powers.filter((power) => power === 1 || stepOf(power, most) <= STEPS - 12);
  return [...new Set([...apart, most])].map((value) => ({ value: stepOf(value, most), label: count(value) }));
}
