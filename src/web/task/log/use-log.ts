import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { logQuery } from '../../api/queries.ts';
import { type LogPart, MOST, withEarlier, withLater } from './parts.ts';

export type Stream = 'stdout' | 'stderr';

/** Bytes of one look. */
const PART = 131_072;

/** The output of an attempt: its end, which grows while it runs, and earlier parts as they are asked for. */
export function useLog(instanceId: number, stream: Stream) {
  const [parts, setParts] = useState<readonly LogPart[]>([]);
  // Far back, so that the end is not held any more.
  const [isBack, setIsBack] = useState(false);
  const [isFile, setIsFile] = useState(false);
  const end = isFile ? parts.at(-1)?.until : undefined;
  const news = useQuery({
    ...logQuery(instanceId, stream, { offset: end ?? -PART, limit: PART }),
    enabled: !isBack,
    placeholderData: keepPreviousData,
  });
  const { data } = news;
  useEffect(() => {
    if (data === undefined) return;
    setIsFile(data.source === 'file');
    // A tail slides along the output, and has no places that could be compared.
    if (data.source !== 'file') setParts(data.text === '' ? [] : [data]);
    // So far behind, what lies between would be gone before it was shown.
    else if (data.size - data.until > MOST) setParts([]);
    else setParts((held) => withLater(held, data));
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
    hasEarlier: isFile && first !== undefined && first.from > 0,
    earlier: () => first !== undefined && earlier.mutate(first.from),
    isFetchingEarlier: earlier.isPending,
    error: earlier.error,
    toEnd: () => {
      setParts([]);
      setIsBack(false);
    },
  };
}
