import { Group, Stack, Title } from '@mantine/core';
import { roughSpan } from '../../core/span.ts';
import type { Progress } from '../api/queries.ts';
import { useMayChange } from '../identity.tsx';
import { absoluteTime, count, counted, duration, percent, plainText, rate } from '../parts/format.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { WorkflowStatus } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { Actions } from './actions/actions.tsx';
import { Figures } from './figures.tsx';

export function Header({ progress }: { readonly progress: Progress }) {
  const mayChange = useMayChange();
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
        {mayChange && <Actions progress={progress} />}
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
          // It keeps its place while nothing is known, so that nothing moves when something is.
          ...(workflow.live ? [{ name: 'Ends in', ...endOf(progress) }] : []),
        ]}
      />
    </Stack>
  );
}

/** `now`: while it goes on. */
function durationText(run: Progress['run'], now: number | undefined): string {
  return run === null ? '–' : duration(((now ?? run.status_changed) - run.started) / 1000);
}

/** The range and its middle, with the exact times on hovering. */
function endOf({ forecast, now, workflow }: Progress) {
  if (forecast === null) return { value: '–', more: workflow.paused ? 'paused' : 'not known yet' };
  const { earliest, likely, latest } = forecast;
  const secondsTo = (time: number) => Math.max(0, time - now) / 1000;
  const times = `From ${absoluteTime(earliest)} to ${absoluteTime(latest)}, as seven of eight modelled schedules end`;
  return {
    value: (
      <span title={times} style={{ whiteSpace: 'nowrap' }}>
        {roughSpan(secondsTo(earliest), secondsTo(latest))}
      </span>
    ),
    more: (
      <>
        likely <Time at={likely} />
      </>
    ),
  };
}
