import { Button, Group, Modal, Stack } from '@mantine/core';
import { createContext, type ReactNode, type RefObject, useContext } from 'react';
import { Failure } from '../../parts/states.tsx';

/** What gets the focus when a dialog closes that was opened from a menu, whose item is gone by then. */
export const DialogOpener = createContext<RefObject<HTMLElement | null>>({ current: null });

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  close(): void;
  readonly children: ReactNode;
}

export function Dialog({ title, isOpen, close, children }: DialogProps) {
  const opener = useContext(DialogOpener);
  const giveFocusBack = () => {
    const focused = document.activeElement;
    if (focused === document.body || focused?.closest('[role=dialog]')) opener.current?.focus();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={title} onExitTransitionEnd={giveFocusBack}>
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
