import { Button, Group, Menu } from '@mantine/core';
import { useRef, useState } from 'react';
import { continueWorkflow, pauseWorkflow } from '../../../api/routes/extensions.ts';
import { setResume } from '../../../api/routes/workflows.ts';
import { call } from '../../api/call.ts';
import type { Progress } from '../../api/queries.ts';
import { ConcurrencyDialog } from './concurrency.tsx';
import { ConfirmDialog, type Question } from './confirm.tsx';
import { DialogOpener } from './dialog.tsx';
import { ResetDialog } from './reset.tsx';
import { ResumeDialog } from './resume.tsx';

/** What can be done with a workflow; each asks before it does it. */
export function Actions({ progress }: { readonly progress: Progress }) {
  const { workflow_id: id, live, paused, status } = progress.workflow;
  const [question, setQuestion] = useState<Question>();
  const [form, setForm] = useState<'concurrency' | 'reset' | 'resume'>();
  const more = useRef<HTMLButtonElement>(null);
  const close = () => setForm(undefined);
  const params = { workflow_id: id };
  const isOver = !live && progress.run !== null;
  return (
    <Group gap="xs" wrap="nowrap">
      {isOver && status !== 'D' && (
        <Button variant="default" onClick={() => setForm('resume')}>
          Resume…
        </Button>
      )}
      {paused ? (
        <Button variant="default" onClick={() => setQuestion(continuing(params))}>
          Continue…
        </Button>
      ) : (
        <Button variant="default" onClick={() => setQuestion(pausing(params))}>
          Pause…
        </Button>
      )}
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button ref={more} variant="default" aria-label="More actions">
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setForm('concurrency')}>Concurrency…</Menu.Item>
          <Menu.Item disabled={!isOver} onClick={() => setForm('reset')}>
            Reset…
          </Menu.Item>
          <Menu.Item disabled={!live} onClick={() => setQuestion(stopping(params, false))}>
            Stop, and let running tasks finish…
          </Menu.Item>
          <Menu.Item disabled={!live} onClick={() => setQuestion(stopping(params, true))}>
            Stop, and end running tasks…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DialogOpener value={more}>
        <ConfirmDialog workflowId={id} question={question} close={() => setQuestion(undefined)} />
        <ConcurrencyDialog progress={progress} isOpen={form === 'concurrency'} close={close} />
        <ResetDialog progress={progress} isOpen={form === 'reset'} close={close} />
        <ResumeDialog progress={progress} isOpen={form === 'resume'} close={close} />
      </DialogOpener>
    </Group>
  );
}

type Params = { readonly workflow_id: number };

const pausing = (params: Params): Question => ({
  title: 'Pause this workflow?',
  text: 'No further task starts until it is continued. Tasks that run go on.',
  verb: 'Pause',
  act: () => call(pauseWorkflow, { params }),
});

const continuing = (params: Params): Question => ({
  title: 'Continue this workflow?',
  text: 'Tasks start again, as many at once as before the pause.',
  verb: 'Continue',
  act: () => call(continueWorkflow, { params }),
});

const stopping = (params: Params, cold: boolean): Question => ({
  title: 'Stop the run of this workflow?',
  text: cold
    ? 'Its running tasks are ended, and start from their beginning when it is resumed.'
    : 'Nothing new starts; its running tasks finish. It can be resumed later.',
  verb: 'Stop',
  isGrave: true,
  act: () => call(setResume, { params, body: { reset_running_jobs: cold } }),
});
