import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Timeline, timelineQuery } from '../api/queries.ts';
import { axis, Chart, type Colours, commonOptions } from '../parts/chart.tsx';
import { counted } from '../parts/format.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';

const HEIGHT = 280;

/** How many tasks ran at each time, and how many ended. */
export default function TimelineChart({ workflowId }: { readonly workflowId: number }) {
  const timeline = useQuery(timelineQuery(workflowId));
  if (timeline.isPending) return <Loading rows={1} height={HEIGHT} />;
  if (timeline.data === undefined) return <Failure error={timeline.error as Error} retry={timeline.refetch} />;
  return <Drawn timeline={timeline.data} />;
}

function Drawn({ timeline }: { readonly timeline: Timeline }) {
  const options = useCallback((colours: Colours) => optionsOf(timeline, colours), [timeline]);
  const done = sum(timeline.done);
  const failed = sum(timeline.failed);
  if (timeline.until <= timeline.from || done + failed + sum(timeline.running) === 0) {
    return <Empty title="Nothing has run yet" hint="Running and ended tasks appear here over time." />;
  }
  const label = `Tasks over time: ${counted(done, 'attempt')} done and ${counted(failed, 'attempt')} failed in the shown time.`;
  return <Chart label={label} height={HEIGHT} options={options} />;
}

function optionsOf({ from, until, running, done, failed }: Timeline, colours: Colours) {
  const width = (until - from) / running.length;
  const points = (values: readonly number[]) => values.map((value, at) => [from + (at + 0.5) * width, value]);
  const bars = { type: 'bar', stack: 'ended', barCategoryGap: '10%', large: true } as const;
  return {
    ...commonOptions(colours),
    tooltip: { ...commonOptions(colours).tooltip, trigger: 'axis' },
    xAxis: { type: 'time', min: from, max: until, ...axis(colours), splitLine: { show: false } },
    yAxis: [
      { type: 'value', name: 'running', minInterval: 1, ...axis(colours) },
      { type: 'value', name: 'ended', minInterval: 1, ...axis(colours), splitLine: { show: false } },
    ],
    series: [
      { name: 'done', ...bars, yAxisIndex: 1, color: colours.done, data: points(done) },
      { name: 'failed', ...bars, yAxisIndex: 1, color: colours.failed, data: points(failed) },
      {
        ...{
          name: 'running',
          type: 'line',
          step: 'middle',
          showSymbol: false,
          color: colours.quiet,
          data: points(running),
        },
        lineStyle: { width: 1.5 },
      },
    ],
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
