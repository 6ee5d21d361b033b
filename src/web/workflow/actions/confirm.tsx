import { Text } from '@mantine/core';
import { Answers, Dialog } from './dialog.tsx';
import { useAction } from './use-action.ts';

export interface Question {
  readonly title: string;
  /** What will happen. */
  readonly text: string;
  /** The word on the button. */
  readonly verb: string;
  readonly isGrave?: boolean;
  act(): Promise<unknown>;
}

interface ConfirmDialogProps {
  readonly workflowId: number;
  readonly question: Question | undefined;
  close(): void;
}

/** Does nothing before somebody has said yes, and says so if it did not work. */
export function ConfirmDialog({ workflowId, question, close }: ConfirmDialogProps) {
  const action = useAction(workflowId, async () => question?.act(), close);
  const leave = () => {
    action.reset();
    close();
  };
  return (
    <Dialog title={question?.title ?? ''} isOpen={question !== undefined} close={leave}>
      <Text size="sm">{question?.text}</Text>
      <Answers
        verb={question?.verb ?? ''}
        isGrave={question?.isGrave === true}
        action={action}
        act={() => action.mutate(undefined)}
        close={leave}
      />
    </Dialog>
  );
}
