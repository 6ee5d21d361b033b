import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { logQuery, type TaskLog } from '../../api/queries.ts';
import { type LogPart, MOST, withEarlier, withLater } from './parts.ts';

export type Stream = 'stdout' | 'stderr';

/** Bytes of one look. */
const PART = 131_072;

/** The output of an attempt: its end, which grows while it runs, and earlier parts as they are asked for. */
export function useLog(instanceId: number, stream: Stream) {
  const [parts, setParts] = useState<readonly LogPart[]>([]);
  // Far back, so that the end is not held any more.
  const [isBack, setIsBack] = useState(false);
  const [source, setSource] = useState<TaskLog['source']>('none');
  const hasPlaces = source === 'file' || source === 'live';
  const end = hasPlaces ? parts.at(-1)?.until : undefined;
  const news = useQuery({
    ...logQuery(instanceId, stream, { offset: end ?? -PART, limit: PART }),
    enabled: !isBack,
    placeholderData: keepPreviousData,
  });
  const { data } = news;
  useEffect(() => {
    if (data === undefined) return;
    setSource(data.source);
    // The bytes of a tail are counted from its own beginning: they cannot be compared.
    if (data.source === 'tail' || data.source === 'none') setParts(data.text === '' ? [] : [data]);
    // So far behind, what lies between would be gone before it was shown.
    else if (data.size - data.until > MOST) setParts([]);
    else setParts((held) => withLater(isBehind(held, data) ? [] : held, data));
  }, [data]);
  const [first] = parts;
  const earlier = useMutation({
    mutationFn: async (before: number) => {
      const from = Math.max(0, before - PART);
      const query = logQuery(instanceId, stream, { offset: from, limit: before - from });
      return query.queryFn({});
    },
    onSuccess: (part) => {
      const next = withEarlier(parts, part);
      setParts(next);
      if (next.at(-1)?.until !== parts.at(-1)?.until) setIsBack(true);
    },
  });
  return {
    ...{ news, parts, isBack },
    hasEarlier: source === 'file' && first !== undefined && first.from > 0,
    earlier: () => first !== undefined && earlier.mutate(first.from),
    isFetchingEarlier: earlier.isPending,
    error: earlier.error,
    toEnd: () => {
      setParts([]);
      setIsBack(false);
    },
  };
}

/** What a worker shows of its output moves on, whether or not anybody has seen it. */
function isBehind(held: readonly LogPart[], { from }: LogPart): boolean {
  return (held.at(-1)?.until ?? from) < from;
}
