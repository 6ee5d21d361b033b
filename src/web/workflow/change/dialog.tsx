import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { changeTasks } from '../../../api/routes/changing.ts';
import { call } from '../../api/call.ts';
import type { Progress } from '../../api/queries.ts';
import { counted } from '../../parts/format.ts';
import { randomKey } from '../../parts/random.ts';
import { Answers, Dialog } from '../actions/dialog.tsx';
import { useAction } from '../actions/use-action.ts';
import type { WorkflowSearch } from '../search.ts';
import { DraftFields } from './draft.tsx';
import { type Outlook, OutlookText } from './outlook.tsx';
import { type Action, NEW_DRAFT, requestOf } from './request.ts';

interface ChangeDialogProps {
  readonly progress: Progress;
  readonly conditions: WorkflowSearch;
}

const VERBS: Readonly<Record<Action, string>> = { retry: 'Retry', reset: 'Reset', mark_done: 'Mark as done' };

/** Changes all tasks that the table shows, those further down too: what it would do is seen first, then confirmed. */
export function ChangeButton({ progress, conditions }: ChangeDialogProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" disabled={progress.run?.user == null} onClick={() => setIsOpen(true)}>
        Change these…
      </Button>
      <Dialog title="Change the tasks that fit" isOpen={isOpen} close={() => setIsOpen(false)}>
        <ChangeForm progress={progress} conditions={conditions} close={() => setIsOpen(false)} />
      </Dialog>
    </>
  );
}

function ChangeForm({ progress, conditions, close }: ChangeDialogProps & { close(): void }) {
  const { workflow, run } = progress;
  const { workflow_id: id } = workflow;
  const [draft, setDraft] = useState(NEW_DRAFT);
  const [outlook, setOutlook] = useState<Outlook>();
  // One name for all tries of one change: one whose answer was lost is not made twice.
  const [key, setKey] = useState('');
  const ask = (more: { readonly preview: boolean; readonly expected?: number; readonly change_key?: string }) =>
    call(changeTasks, {
      params: { workflow_id: id },
      body: { ...requestOf(draft, conditions), user: run?.user ?? '', origin: 'web page', ...more },
    });
  const preview = useAction(
    id,
    () => ask({ preview: true }),
    (found) => {
      setOutlook(found);
      setKey(randomKey());
    },
  );
  const change = useAction(id, (expected: number) => ask({ preview: false, expected, change_key: key }), close);
  if (outlook === undefined) {
    return (
      <>
        <DraftFields draft={draft} isLive={workflow.live} change={(changed) => setDraft({ ...draft, ...changed })} />
        <Answers verb="Preview" action={preview} act={() => preview.mutate(undefined)} close={close} />
      </>
    );
  }
  return (
    <>
      <OutlookText outlook={outlook} runsAgain={draft.action !== 'mark_done'} />
      <Text size="sm">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            change.reset();
            setOutlook(undefined);
          }}
        >
          Back
        </Button>
      </Text>
      <Answers
        verb={`${VERBS[draft.action]}: ${counted(outlook.tasks, 'task')}`}
        isGrave={draft.action !== 'retry'}
        isIdle={outlook.tasks === 0}
        action={change}
        act={() => change.mutate(outlook.tasks)}
        close={close}
      />
    </>
  );
}
