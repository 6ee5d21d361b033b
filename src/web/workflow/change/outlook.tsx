import { List, Text } from '@mantine/core';
import type { AnswerOf } from '../../../api/route.ts';
import type { changeTasks } from '../../../api/routes/changing.ts';
import { count, counted, plainText } from '../../parts/format.ts';
import { TaskStatus } from '../../parts/status.tsx';

export type Outlook = AnswerOf<typeof changeTasks>;

/** What a change would do, before it is done. */
export function OutlookText({ outlook, runsAgain }: { readonly outlook: Outlook; readonly runsAgain: boolean }) {
  const { tasks, groups, sample, left_out: leftOut, live_run: run } = outlook;
  const more = tasks - sample.length;
  return (
    <div role="status">
      <Text fw={600}>{counted(tasks, 'task')} will be changed</Text>
      <List size="sm">
        {groups.map(({ array_id: id, template, status, tasks: number }) => (
          <List.Item key={`${id} ${status}`}>
            {count(number)} of {plainText(template ?? 'no template')}, <TaskStatus status={status} />
          </List.Item>
        ))}
      </List>
      {sample.length > 0 && (
        <Text size="sm" className="quiet" lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
          {sample.map(({ name }) => plainText(name)).join(', ')}
          {more > 0 && ` and ${count(more)} more`}
        </Text>
      )}
      {leftOut.map(({ reason, sentence }) => (
        <Text key={reason} size="sm">
          {plainText(sentence)}
        </Text>
      ))}
      {tasks > 0 && runsAgain && (
        <Text size="sm" mt="xs">
          {run === null ? 'They run when the workflow is resumed.' : `Run ${run} takes them up at once.`}
        </Text>
      )}
    </div>
  );
}
