import { Group, Stack, Title } from '@mantine/core';
import type { Progress } from '../api/queries.ts';
import { count, counted, duration, percent, plainText, rate } from '../parts/format.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { WorkflowStatus } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { Actions } from './actions/actions.tsx';
import { Figures } from './figures.tsx';

export function Header({ progress }: { readonly progress: Progress }) {
  const { workflow, run, runs, retries, rate: rates } = progress;
  const { workflow_id: id, tasks, counts } = workflow;
  const name = plainText(workflow.name ?? workflow.workflow_args ?? `Workflow ${id}`);
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Group gap="sm">
            <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            <WorkflowStatus status={workflow.status} paused={workflow.paused && workflow.live} />
          </Group>
          <div className="quiet">
            {[`Workflow ${id}`, workflow.tool, workflow.user]
              .filter((part) => part !== null)
              .map(plainText)
              .join(' · ')}
            {run !== null && (
              <>
                {' · '}
                {runs > 1 ? `run ${count(runs)}` : 'run'} started <Time at={run.started} />
              </>
            )}
          </div>
        </div>
        <Actions progress={progress} />
      </Group>
      <ProgressBar counts={counts} tasks={tasks} name={name} />
      <Figures
        figures={[
          {
            name: 'Done',
            value: percent(counts.DONE, tasks),
            more: `${count(counts.DONE)} of ${counted(tasks, 'task')}`,
          },
          { name: 'Running', value: count(counts.RUNNING), more: `${count(counts.SCHEDULED)} scheduled` },
          {
            name: 'Failed',
            value: count(counts.FATAL),
            more: `${count(retries)} ${retries === 1 ? 'retry' : 'retries'}`,
          },
          workflow.live
            ? { name: 'Rate', value: rate(rates.recent), more: `${rate(rates.run)} since its start` }
            : { name: 'Rate', value: rate(rates.run), more: 'over the whole run' },
          {
            name: workflow.live ? 'Runs for' : 'Took',
            value: durationText(run, workflow.live ? progress.now : undefined),
            more: (
              <>
                changed <Time at={workflow.status_changed} />
              </>
            ),
          },
        ]}
      />
    </Stack>
  );
}

/** `now`: while it goes on. */
function durationText(run: Progress['run'], now: number | undefined): string {
  return run === null ? '–' : duration(((now ?? run.status_changed) - run.started) / 1000);
}
