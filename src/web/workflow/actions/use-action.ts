import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Something that changes a workflow: all that is shown of it is asked again when it is done. */
export function useAction<Input, Result>(
  workflowId: number,
  act: (input: Input) => Promise<Result>,
  done?: (result: Result) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async (result: Result) => {
      done?.(result);
      await queries.invalidateQueries({ queryKey: ['workflow', workflowId] });
    },
  });
}
