import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { systemClock } from '../../core/clock.ts';
import { isShort, progressQuery } from './queries.ts';

/** Milliseconds between two rounds in which what hangs on the progress is asked again. */
const ROUND = 2000;

/**
 * How a workflow stands. Whenever that changed, everything else that is in sight of it is asked again too, but not more
 * often than a round: those views cost the server more.
 */
export function useProgress(workflowId: number) {
  const progress = useQuery(progressQuery(workflowId));
  const queries = useQueryClient();
  const followed = useRef<{ revision: number; at: number }>(undefined);
  const revision = progress.data?.revision;
  const at = progress.dataUpdatedAt;
  useEffect(() => {
    if (revision === undefined) return;
    followed.current ??= { revision, at };
    if (revision === followed.current.revision) return;
    const due = Math.max(at, followed.current.at + ROUND);
    const follow = () => {
      followed.current = { revision, at: due };
      void queries.invalidateQueries({
        predicate: ({ queryKey: [kind, id, part], state }) =>
          kind === 'workflow' && id === workflowId && part !== 'progress' && isShort(state.data),
      });
    };
    return systemClock.after(due - at, follow);
  }, [revision, at, workflowId, queries]);
  return progress;
}
