/** Numbers as Nextflow writes them: for people, or (`trace.raw`) for programs. */

/** Each gives null for what is not known. */
export interface Forms {
  /** Of milliseconds since 1970. */
  time(value: number | null): string | null;
  /** Of milliseconds. */
  duration(value: number | null): string | null;
  bytes(value: number | null): string | null;
  percent(value: number | null): string | null;
}

/** Milliseconds and bytes. */
export const RAW: Forms = {
  time: whole,
  duration: whole,
  bytes: whole,
  percent: (value) => (value === null ? null : value.toFixed(1)),
};

export const READABLE: Forms = {
  time: (value) => (value === null ? null : new Date(value).toISOString().slice(0, 23).replace('T', ' ')),
  duration: (value) => (value === null ? null : durationText(Math.round(value))),
  bytes: (value) => (value === null ? null : bytesText(value)),
  percent: (value) => (value === null ? null : `${value.toFixed(1)}%`),
};

function whole(value: number | null): string | null {
  return value === null ? null : String(Math.round(value));
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

/** `345ms`, `4.2s`, `1m 30s`, `1d 2h`. */
function durationText(milliseconds: number): string {
  if (milliseconds < SECOND) return `${milliseconds}ms`;
  if (milliseconds < MINUTE) return `${withoutZero((milliseconds / SECOND).toFixed(1))}s`;
  const parts = [
    [Math.floor(milliseconds / DAY), 'd'],
    [Math.floor((milliseconds % DAY) / HOUR), 'h'],
    [Math.floor((milliseconds % HOUR) / MINUTE), 'm'],
    [Math.floor((milliseconds % MINUTE) / SECOND), 's'],
  ] as const;
  return parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount}${unit}`])).join(' ');
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** In powers of 1024 under their short names, as Nextflow does: `1.5 GB`. */
function bytesText(bytes: number): string {
  if (bytes <= 0) return '0';
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${withoutZero((bytes / 1024 ** power).toFixed(1))} ${UNITS[power]}`;
}

function withoutZero(text: string): string {
  return text.replace(/\.0$/, '');
}
