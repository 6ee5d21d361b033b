import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Failure } from '../parts/states.tsx';

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
  const queries = useQueryClient();
  const action = useMutation({
    mutationFn: async () => question?.act(),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ['workflow', workflowId] });
    },
  });
  const leave = () => {
    action.reset();
    close();
  };
  return (
    <Modal opened={question !== undefined} onClose={leave} title={question?.title}>
      <Stack>
        <Text size="sm">{question?.text}</Text>
        {action.isError && <Failure error={action.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={leave}>
            Cancel
          </Button>
          <Button
            {...(question?.isGrave === true && { color: 'red' })}
            loading={action.isPending}
            onClick={() => action.mutate()}
          >
            {question?.verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
