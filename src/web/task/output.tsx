import { Code, Group, SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type Attempt, logQuery, type TaskLog } from '../api/queries.ts';
import { bytes, plainText } from '../parts/format.ts';
import { Failure, Loading } from '../parts/states.tsx';
import styles from './page.module.css';

type Stream = 'stdout' | 'stderr';

/** Pixels from its end at which a reader still counts as being at the end. */
const NEAR_END = 24;

/** The end of what an attempt has written; followed while it runs, unless somebody scrolled back. */
export function Output({ attempt }: { readonly attempt: Attempt }) {
  const [stream, setStream] = useState<Stream>(attempt.errors.length > 0 ? 'stderr' : 'stdout');
  const log = useQuery(logQuery(attempt.task_instance_id, stream));
  return (
    <div>
      <Group justify="space-between" mt="md" mb="xs">
        <SegmentedControl
          size="xs"
          aria-label="Which output"
          data={['stdout', 'stderr']}
          value={stream}
          onChange={(chosen) => setStream(chosen as Stream)}
        />
        {log.data !== undefined && (
          <Text size="sm" className="quiet">
            {log.data.from > 0 && `the last ${bytes(log.data.until - log.data.from)} of `}
            {bytes(log.data.size)}
            {!log.data.ended && ' · live'}
          </Text>
        )}
      </Group>
      {log.isPending && <Loading rows={1} height={352} />}
      {log.isError && log.data === undefined && <Failure error={log.error} retry={log.refetch} />}
      {log.data !== undefined && <Lines text={log.data.text} path={attempt[stream]} source={log.data.source} />}
    </div>
  );
}

interface LinesProps {
  readonly text: string;
  readonly path: string | null;
  readonly source: TaskLog['source'];
}

function Lines({ text, path, source }: LinesProps) {
  const place = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text moves the end.
  useEffect(() => {
    if (isAtEnd.current && place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [text]);
  if (text === '')
    return (
      <Text className="quiet">{source === 'none' ? 'Nothing is known of its output.' : 'It has written nothing.'}</Text>
    );
  return (
    <>
      <Code
        block
        ref={place}
        className={styles.log}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Output"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
      >
        {plainText(text)}
      </Code>
      {path !== null && (
        <Text size="xs" className="quiet mono" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {plainText(path)}
        </Text>
      )}
    </>
  );
}
