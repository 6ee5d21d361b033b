/** What the chart of bars is told. */
import type { CustomSeriesRenderItem } from 'echarts';
import { TASK_INSTANCE_STATUSES } from '../../../core/status.ts';
import type { TimelineBar } from '../../api/queries.ts';
import { axis, type Colours, commonOptions } from '../../parts/chart.tsx';
import { absoluteTime, duration, plainText } from '../../parts/format.ts';
import type { Lanes } from './lanes.ts';
import type { Part } from './part.ts';

/** Pixels above and below the lanes: the legend and the axis, and the slider. */
const ABOVE = 34;
const BELOW = 74;
/** Narrower bars would not be seen. */
const THINNEST = 1.5;

const TONES = [
  { name: 'done', has: (status: string) => status === 'D' },
  { name: 'running', has: (status: string) => ['R', 'T', 'K'].includes(status) },
  { name: 'failed', has: (status: string) => !['D', 'R', 'T', 'K'].includes(status) },
] as const;

interface Drawn {
  readonly lanes: Lanes<TimelineBar>;
  readonly names: ReadonlyMap<number, string>;
  readonly whole: Part;
  readonly part: Part;
}

export function heightOf({ height }: Lanes<unknown>): number {
  return ABOVE + height + BELOW;
}

export function optionsOf({ lanes, names, whole, part }: Drawn, colours: Colours) {
  const common = commonOptions(colours);
  return {
    ...common,
    grid: { left: 0, right: 12, top: ABOVE, bottom: BELOW },
    legend: { ...common.legend, data: TONES.map(({ name }) => name) },
    tooltip: { ...common.tooltip, formatter: ({ data }: { data: Datum }) => hintOf(data.bar, whole.until) },
    xAxis: {
      ...{ type: 'time', min: whole.from, max: whole.until, ...axis(colours), splitLine: { show: false } },
      axisLine: { onZero: false, lineStyle: { color: colours.line } },
      axisLabel: { color: colours.quiet, hideOverlap: true },
    },
    yAxis: { type: 'value', min: 0, max: lanes.height, inverse: true, show: false },
    dataZoom: zoomOf(part, colours),
    series: [
      ...TONES.map(({ name, has }) => ({
        ...{ name, type: 'custom', clip: true, color: colours[name], encode: { x: [0, 1], y: 2 } },
        data: dataOf(lanes, has, whole.until),
        renderItem: barItem(lanes.lineHeight),
      })),
      {
        ...{ name: 'templates', type: 'custom', silent: true, tooltip: { show: false }, encode: { y: 0 } },
        data: lanes.lanes.map(({ nameTop, arrayId }) => ({ value: [nameTop], name: names.get(arrayId) ?? '' })),
        renderItem: nameItem(lanes, names, colours),
      },
    ],
  };
}

/** Dragging moves, and the wheel zooms with Ctrl: without it the page scrolls as everywhere. */
function zoomOf({ from, until }: Part, { line, quiet, font }: Colours) {
  const shared = { xAxisIndex: 0, filterMode: 'none', startValue: from, endValue: until } as const;
  return [
    {
      ...{ type: 'inside', ...shared, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false },
      preventDefaultMouseMove: false,
    },
    {
      ...{ type: 'slider', ...shared, height: 22, bottom: 8, left: 8, right: 20, brushSelect: false },
      ...{ borderColor: line, showDetail: false, showDataShadow: false, textStyle: { color: quiet, fontFamily: font } },
    },
  ];
}

interface Datum {
  /** Begin, end, pixels from the top. */
  readonly value: readonly [number, number, number];
  readonly bar: TimelineBar;
}

function dataOf(lanes: Lanes<TimelineBar>, has: (status: string) => boolean, until: number): Datum[] {
  return lanes.lanes.flatMap(({ top, bars }) =>
    bars
      .filter(({ bar }) => has(bar.status))
      .map(({ bar, line }) => ({
        value: [bar.started, bar.ended ?? Math.max(until, bar.started), top + line * lanes.lineHeight] as const,
        bar,
      })),
  );
}

/** What a bar that was chosen stands for. */
export function barOf(data: unknown): TimelineBar {
  return (data as Datum).bar;
}

function barItem(lineHeight: number): CustomSeriesRenderItem {
  const gap = lineHeight > 6 ? 3 : 1;
  return (_params, api) => {
    const [x = 0, y = 0] = api.coord([api.value(0), api.value(2)]);
    const [end = 0] = api.coord([api.value(1), 0]);
    const shape = { x, y, width: Math.max(THINNEST, end - x), height: lineHeight - gap, r: gap > 1 ? 2 : 0 };
    return { type: 'rect', shape, style: { fill: api.visual('color'), opacity: 0.85 } };
  };
}

function nameItem(
  { lanes }: Lanes<TimelineBar>,
  names: ReadonlyMap<number, string>,
  { text, font }: Colours,
): CustomSeriesRenderItem {
  return ({ dataIndex, coordSys }, api) => {
    const { x, width } = coordSys as unknown as { readonly x: number; readonly width: number };
    const [, y = 0] = api.coord([0, api.value(0)]);
    const name = names.get(lanes[dataIndex]?.arrayId ?? 0) ?? '';
    const style = { text: name, fill: text, font: `550 13px ${font}`, width: width - 8, overflow: 'truncate' } as const;
    return { type: 'text', x: x + 2, y: y + 4, style };
  };
}

function hintOf(bar: TimelineBar, until: number): string {
  const { label } = TASK_INSTANCE_STATUSES[bar.status as keyof typeof TASK_INSTANCE_STATUSES] ?? { label: bar.status };
  const seconds = ((bar.ended ?? until) - bar.started) / 1000;
  return [
    plainText(bar.name),
    `task ${bar.task_id}, attempt ${bar.attempt}: ${label.toLowerCase().replaceAll('_', ' ')}`,
    `${duration(seconds)}${bar.ended === null ? ' so far' : ''}, from ${absoluteTime(bar.started)}`,
  ].join('\n');
}
