/** One chart, drawn by ECharts. Loaded only where one is shown, with the few parts of it that are used. */
import { useComputedColorScheme } from '@mantine/core';
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomInsideComponent,
  DataZoomSliderComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent]);
use([DataZoomInsideComponent, DataZoomSliderComponent, CanvasRenderer]);

/** Colours of the page, as the chart has to be told them. */
export interface Colours {
  readonly done: string;
  readonly running: string;
  readonly failed: string;
  readonly line: string;
  readonly quiet: string;
  readonly text: string;
  readonly ground: string;
  readonly font: string;
}

interface ChartProps {
  /** What a reader who cannot see it is told. */
  readonly label: string;
  readonly height: number;
  options(colours: Colours): EChartsCoreOption;
  onPick?(data: unknown): void;
  /** Somebody zoomed or moved to this part of the first axis. */
  onPart?(part: { readonly from: number; readonly until: number }): void;
}

export function Chart({ label, height, options, onPick, onPart }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const drawn = init(element);
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.dispose();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours.
  useEffect(() => {
    chart.current?.setOption(options(coloursNow()));
  }, [options, scheme]);

  useEffect(() => {
    const drawn = chart.current;
    if (drawn === undefined || onPick === undefined) return;
    const pick = ({ data }: { data?: unknown }) => onPick(data);
    drawn.on('click', pick);
    return () => {
      drawn.off('click', pick);
    };
  }, [onPick]);

  useEffect(() => {
    const drawn = chart.current;
    if (drawn === undefined || onPart === undefined) return;
    const tell = () => {
      const { dataZoom } = drawn.getOption() as { dataZoom: readonly { startValue: number; endValue: number }[] };
      const [zoom] = dataZoom;
      if (zoom !== undefined) onPart({ from: Math.round(zoom.startValue), until: Math.round(zoom.endValue) });
    };
    drawn.on('datazoom', tell);
    return () => {
      drawn.off('datazoom', tell);
    };
  }, [onPart]);

  return <div ref={place} role="img" aria-label={label} style={{ height }} />;
}

function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    done: colour('--skep-done'),
    running: colour('--skep-running'),
    failed: colour('--skep-failed'),
    line: colour('--skep-line'),
    quiet: colour('--skep-quiet'),
    text: getComputedStyle(document.body).color,
    ground: getComputedStyle(document.body).backgroundColor,
    font: getComputedStyle(document.body).fontFamily,
  };
}

/**
 * What all charts share. Hints are drawn on the canvas: as markup they would be made of text of others, with styles that
 * the policy of the page refuses.
 */
export function commonOptions({ quiet, text, ground, line, font }: Colours) {
  return {
    animation: false,
    textStyle: { fontFamily: font },
    grid: { left: 8, right: 16, top: 60, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: quiet } },
    tooltip: {
      renderMode: 'richText' as const,
      backgroundColor: ground,
      borderColor: line,
      textStyle: { color: text, fontSize: 12 },
    },
  };
}

export function axis({ line, quiet }: Colours) {
  return {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: quiet },
    nameTextStyle: { color: quiet },
    splitLine: { lineStyle: { color: line } },
  };
}
