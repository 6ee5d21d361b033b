import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failure } from '../../parts/states.tsx';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  close(): void;
  readonly children: ReactNode;
}

/** What opens it gets the focus back, which the menu that it may be in cannot give: it is gone by then. */
export function Dialog({ title, isOpen, close, children }: DialogProps) {
  return (
    <Modal opened={isOpen} onClose={close} title={title}>
      <Stack>{children}</Stack>
    </Modal>
  );
}

interface AnswersProps {
  /** The word on the button. */
  readonly verb: string;
  readonly isGrave?: boolean;
  readonly isIdle?: boolean;
  readonly action: { readonly isPending: boolean; readonly error: Error | null };
  act(): void;
  close(): void;
}

/** The end of a dialog that asks: why it did not work, and the buttons. */
export function Answers({ verb, isGrave = false, isIdle = false, action, act, close }: AnswersProps) {
  return (
    <>
      {action.error !== null && <Failure error={action.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button {...(isGrave && { color: 'red' })} disabled={isIdle} loading={action.isPending} onClick={act}>
          {verb}
        </Button>
      </Group>
    </>
  );
}
