/** A strict parser of the text that Prometheus reads (format 0.0.4): whatever it would refuse, or take for something else, is an error. */

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const KINDS = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const VALUE = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family & { samples: Sample[] }>();
  const helps = new Map<string, string>();
  let current: (Family & { samples: Sample[] }) | undefined;
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const fail = (what: string): never => {
      throw new Error(`line ${index + 1}: ${what}: ${line}`);
    };
    if (line === '') continue;
    const help = /^# HELP (\S+) (.*)$/.exec(line);
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (help !== null) {
      const [, name = '', words = ''] = help;
      if (helps.has(name)) fail('a second help');
      helps.set(name, words);
    } else if (type !== null) {
      const [, name = '', kind = ''] = type;
      if (!NAME.test(name) || !KINDS.includes(kind)) fail('no name or no kind');
      if (families.has(name)) fail('a second family of the name');
      current = { name, kind, help: helps.get(name) ?? fail('no help'), samples: [] };
      families.set(name, current);
    } else if (line.startsWith('#')) {
      fail('neither help nor type');
    } else {
      const sample = parseSample(line, fail);
      const family = current ?? fail('a sample before any family');
      if (!namesOf(family).includes(sample.name)) fail(`no sample of ${family.name}`);
      family.samples.push(sample);
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function parseSample(line: string, fail: (what: string) => never): Sample {
  const [, name = '', rest = ''] = /^([^\s{]+)(.*)$/.exec(line) ?? fail('no name');
  if (!NAME.test(name)) fail('no name');
  const labels: Record<string, string> = {};
  let at = 0;
  if (rest.startsWith('{')) {
    const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|\})/y;
    label.lastIndex = 1;
    for (let end = ''; end !== '}'; ) {
      const [, key = '', value = '', next = ''] = label.exec(rest) ?? fail('a malformed label');
      if (key in labels) fail('a label twice');
      labels[key] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
      end = next;
      at = label.lastIndex;
    }
  }
  const [, value = ''] = /^ (\S+)$/.exec(rest.slice(at)) ?? fail('no value');
  if (!VALUE.test(value)) fail('no number');
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function namesOf({ name, kind }: Family): string[] {
  if (kind === 'histogram') return [`${name}_bucket`, `${name}_sum`, `${name}_count`];
  return kind === 'summary' ? [name, `${name}_sum`, `${name}_count`] : [name];
}

function checkFamily({ name, kind, samples }: Family): void {
  const series = samples.map((sample) => JSON.stringify([sample.name, Object.entries(sample.labels).sort()]));
  if (new Set(series).size < series.length) throw new Error(`${name} has a series twice`);
  if (kind === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below 0`);
  if (kind === 'histogram') checkHistogram(name, samples);
}

/** The buckets of each series rise with their bounds up to +Inf, which is the count. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const keyOf = ({ labels: { le: _bound, ...labels } }: Sample) => JSON.stringify(Object.entries(labels).sort());
  for (const [key, members] of Map.groupBy(samples, keyOf)) {
    const buckets = members.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number((labels.le ?? '').replace('Inf', 'Infinity')));
    const rises = (values: readonly number[]) => values.every((value, index) => value >= (values[index - 1] ?? 0));
    if (bounds.at(-1) !== Infinity || !rises(bounds) || !rises(buckets.map(({ value }) => value))) {
      throw new Error(`the buckets of ${name}${key} do not rise to +Inf`);
    }
    const count = members.find((sample) => sample.name === `${name}_count`);
    if (count?.value !== buckets.at(-1)?.value)
      throw new Error(`the count of ${name}${key} is another than that of +Inf`);
    if (!members.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name}${key} has no sum`);
  }
}

/** The value of one series; undefined where there is none. */
export function valueIn(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  return family?.samples.find(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value;
}
