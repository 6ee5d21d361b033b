import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { type Progress, type Usage, usageQuery } from '../api/queries.ts';
import { axis, Chart, type Colours, commonOptions } from '../parts/chart.tsx';
import { bytes, counted, duration } from '../parts/format.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { Waste } from './waste.tsx';

const HEIGHT = 380;

type Measure = 'memory' | 'run_time';

const MEASURES = {
  memory: { word: 'Memory', text: bytes, asked: 'memory_asked', used: 'memory_used', base: 2 },
  run_time: { word: 'Run time', text: duration, asked: 'run_time_asked', used: 'run_time', base: 10 },
} as const;

/** What attempts asked for, against what they used. */
export default function Resources({ progress }: { readonly progress: Progress }) {
  const usage = useQuery(usageQuery(progress.workflow.workflow_id));
  const [measure, setMeasure] = useState<Measure>('memory');
  if (usage.isPending) return <Loading rows={1} height={HEIGHT} />;
  if (usage.data === undefined) return <Failure error={usage.error as Error} retry={usage.refetch} />;
  return (
    <Stack gap="lg">
      <Waste usage={usage.data} templates={progress.templates} />
      <SegmentedControl
        aria-label="What is drawn"
        style={{ alignSelf: 'flex-start' }}
        data={Object.entries(MEASURES).map(([value, { word }]) => ({ value, label: word }))}
        value={measure}
        onChange={(chosen) => setMeasure(chosen as Measure)}
      />
      <Scatter points={usage.data.points} measure={measure} />
    </Stack>
  );
}

function Scatter({ points, measure }: { readonly points: Usage['points']; readonly measure: Measure }) {
  const { word, asked, used } = MEASURES[measure];
  const navigate = useNavigate();
  const known = points.filter((point) => (point[asked] ?? 0) > 0 && (point[used] ?? 0) > 0);
  const options = useCallback((colours: Colours) => optionsOf(points, measure, colours), [points, measure]);
  const open = useCallback(
    (data: unknown) => {
      const [, , task] = data as readonly number[];
      void navigate({ to: '/task/$taskId', params: { taskId: String(task) } });
    },
    [navigate],
  );
  if (known.length === 0) {
    return (
      <Empty
        title="Nothing to compare yet"
        hint="Attempts that asked for it, and whose use was measured, appear here."
      />
    );
  }
  const label = `${word} that ${counted(known.length, 'attempt')} asked for, against what they used.`;
  return (
    <div>
      <Text size="sm" className="quiet">
        {label} Above the line they used more than they asked for. Choose a point to see its task.
      </Text>
      <Chart label={label} height={HEIGHT} options={options} onPick={open} />
    </div>
  );
}

function optionsOf(points: Usage['points'], measure: Measure, colours: Colours) {
  const { text, asked, used, base } = MEASURES[measure];
  const data = (isDone: boolean) =>
    points
      .filter((point) => (point.status === 'D') === isDone && (point[asked] ?? 0) > 0 && (point[used] ?? 0) > 0)
      .map((point) => [point[asked] as number, point[used] as number, point.task_id]);
  const [done, failed] = [data(true), data(false)];
  const values = [...done, ...failed].flatMap(([x = 1, y = 1]) => [x, y]);
  const [low, high] = [powerBelow(Math.min(...values), base), base * powerBelow(Math.max(...values), base)];
  const scale = { type: 'log', logBase: base, min: low, max: high, ...axis(colours) } as const;
  const axisLabel = { color: colours.quiet, formatter: text, hideOverlap: true };
  const dots = { type: 'scatter', symbolSize: 7, itemStyle: { opacity: 0.6 } } as const;
  return {
    ...commonOptions(colours),
    tooltip: {
      ...commonOptions(colours).tooltip,
      formatter: ({ data }: { data: readonly number[] }) =>
        `task ${data[2]}: asked ${text(data[0] ?? null)}, used ${text(data[1] ?? null)}`,
    },
    xAxis: { ...scale, name: 'asked', nameLocation: 'middle', nameGap: 28, axisLabel },
    yAxis: { ...scale, name: 'used', axisLabel },
    series: [
      { name: 'done', ...dots, color: colours.done, data: done },
      { name: 'failed', ...dots, color: colours.failed, data: failed },
      {
        ...{ name: 'as asked', type: 'line', showSymbol: false, silent: true, color: colours.quiet },
        ...{
          lineStyle: { type: 'dashed', width: 1 },
          data: [
            [low, low],
            [high, high],
          ],
        },
      },
    ],
  };
}

function powerBelow(value: number, base: number): number {
  return base ** Math.floor(Math.log(value) / Math.log(base));
}
