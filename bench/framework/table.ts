import { type Figure, median } from './figure.ts';

const HEAD = ['work', 'median', 'reach', 'yardstick', 'peak RSS', 'remark'];
const MIB = 2 ** 20;

/** A Markdown table of all figures. */
export function renderTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.work,
    `${shorten(median(figure.values))} ${figure.unit}`,
    figure.reach ?? '',
    figure.yardstick === undefined
      ? ''
      : `${shorten(median(figure.yardstick.values))} ${figure.yardstick.unit} (${figure.yardstick.name})`,
    figure.peak === undefined ? '' : `${Math.round(figure.peak / MIB)} MiB`,
    figure.remark ?? '',
  ]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Three digits that mean something, and thousands apart. */
function shorten(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
