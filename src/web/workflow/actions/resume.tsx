import { Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AnswerOf } from '../../../api/route.ts';
import { getResume, startResume } from '../../../api/routes/resuming.ts';
import { call } from '../../api/call.ts';
import type { Progress } from '../../api/queries.ts';
import { plainText } from '../../parts/format.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { Answers, Dialog } from './dialog.tsx';
import { useAction } from './use-action.ts';

interface ResumeDialogProps {
  readonly progress: Progress;
  readonly isOpen: boolean;
  close(): void;
}

/** Going on in a process that the server starts, or by a command where it would not. */
export function ResumeDialog({ progress, isOpen, close }: ResumeDialogProps) {
  const { workflow_id: id } = progress.workflow;
  const params = { workflow_id: id };
  const plan = useQuery({
    queryKey: ['workflow', id, 'resume'],
    queryFn: ({ signal }) => call(getResume, { params, signal }),
    enabled: isOpen,
    staleTime: 0,
    gcTime: 0,
  });
  const action = useAction(id, () => call(startResume, { params }), close);
  const leave = () => {
    action.reset();
    close();
  };
  return (
    <Dialog title="Resume this workflow?" isOpen={isOpen} close={leave}>
      {plan.isPending && <Loading rows={2} />}
      {plan.data === undefined && plan.error !== null && <Failure error={plan.error} retry={plan.refetch} />}
      {plan.data !== undefined && (
        <>
          <Plan plan={plan.data} />
          {plan.data.refusal === null ? (
            <Answers verb="Resume" action={action} act={() => action.mutate(undefined)} close={leave} />
          ) : (
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                Close
              </Button>
            </Group>
          )}
        </>
      )}
    </Dialog>
  );
}

function Plan({ plan: { refusal, command, directory } }: { readonly plan: AnswerOf<typeof getResume> }) {
  return (
    <>
      <Text size="sm">
        {refusal === null
          ? 'What is not done runs, in a process of its own that goes on when this page is closed:'
          : plainText(refusal)}
      </Text>
      {refusal !== null && <Text size="sm">Whoever may, can resume it by:</Text>}
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Code block tabIndex={0} style={{ flexGrow: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {plainText(command)}
        </Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" flex="none" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
      {directory !== null && (
        <Text size="sm" className="quiet" style={{ overflowWrap: 'anywhere' }}>
          In {plainText(directory)}
        </Text>
      )}
    </>
  );
}
