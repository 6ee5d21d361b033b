import { Button, Group, SegmentedControl, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import type { Attempt } from '../../api/queries.ts';
import { bytes, plainText } from '../../parts/format.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { Lines } from './lines.tsx';
import { type Stream, useLog } from './use-log.ts';

/** What an attempt has written: its end first, and what came before as somebody asks for it. */
export function Output({ attempt }: { readonly attempt: Attempt }) {
  const [stream, setStream] = useState<Stream>(attempt.errors.length > 0 ? 'stderr' : 'stdout');
  const [isWrapped, setIsWrapped] = useState(true);
  return (
    <div>
      <Group justify="space-between" mt="md" mb="xs" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="Which output"
          data={['stdout', 'stderr']}
          value={stream}
          onChange={(chosen) => setStream(chosen as Stream)}
        />
        <Switch
          size="xs"
          label="Wrap lines"
          checked={isWrapped}
          onChange={({ currentTarget }) => setIsWrapped(currentTarget.checked)}
        />
      </Group>
      <Log key={stream} attempt={attempt} stream={stream} isWrapped={isWrapped} />
    </div>
  );
}

interface LogProps {
  readonly attempt: Attempt;
  readonly stream: Stream;
  readonly isWrapped: boolean;
}

function Log({ attempt, stream, isWrapped }: LogProps) {
  const { news, parts, isBack, hasEarlier, earlier, isFetchingEarlier, error, toEnd } = useLog(
    attempt.task_instance_id,
    stream,
  );
  const [follows, setFollows] = useState(true);
  const path = attempt[stream];
  if (news.isPending) return <Loading rows={1} height={400} />;
  if (news.data === undefined) return <Failure error={news.error as Error} retry={news.refetch} />;
  const { size, ended, source } = news.data;
  const [from, until] = [parts[0]?.from ?? 0, parts.at(-1)?.until ?? 0];
  return (
    <>
      <Group justify="space-between" mb={6} gap="xs">
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            disabled={!hasEarlier}
            loading={isFetchingEarlier}
            onClick={earlier}
          >
            Earlier
          </Button>
          <Button size="compact-xs" variant="default" disabled={!isBack} onClick={toEnd}>
            To the end
          </Button>
          <Switch
            size="xs"
            label="Follow"
            checked={follows && !isBack}
            disabled={isBack}
            onChange={({ currentTarget }) => setFollows(currentTarget.checked)}
          />
        </Group>
        <Text size="sm" className="quiet">
          {until - from < size && `${bytes(until - from)} of `}
          {bytes(size)}
          {!ended && ' · live'}
        </Text>
      </Group>
      {error !== null && <Failure error={error} />}
      {size === 0 ? (
        <Text className="quiet">
          {source === 'none' ? 'Nothing is known of its output.' : 'It has written nothing.'}
        </Text>
      ) : (
        <Lines parts={parts} isWrapped={isWrapped} follows={follows && !isBack} setFollows={setFollows} />
      )}
      {path !== null && (
        <Text size="xs" className="quiet mono" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {plainText(path)}
        </Text>
      )}
    </>
  );
}
