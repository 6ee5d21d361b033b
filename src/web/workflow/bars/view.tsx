import { Button, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { barsQuery, type Progress, type TimelineBars } from '../../api/queries.ts';
import { Chart, type Colours } from '../../parts/chart.tsx';
import { count, counted, plainText } from '../../parts/format.ts';
import { Empty, Failure, Loading } from '../../parts/states.tsx';
import { lanesOf } from './lanes.ts';
import { barOf, heightOf, optionsOf } from './options.ts';
import { isWhole, moved, type Part, zoomed } from './part.ts';

/** Milliseconds after the last move. */
const MOVING_PAUSE = 250;
/** What is fetched beyond each end of a part, as a share of it: so much can be moved before there is a gap. */
const MARGIN = 0.25;

/** Every attempt of the newest run as a bar, those of a template together. */
export default function Bars({ progress }: { readonly progress: Progress }) {
  const { workflow_id: id } = progress.workflow;
  const all = useQuery(barsQuery(id));
  // Undefined: all there is, also while that grows.
  const [chosen, setChosen] = useState<Part>();
  const [settled] = useDebouncedValue(chosen, MOVING_PAUSE);
  const detail = useQuery({
    ...barsQuery(id, settled && withMargin(settled)),
    enabled: settled !== undefined && all.data !== undefined && all.data.chosen !== 'all',
  });
  if (all.isPending) return <Loading rows={1} height={480} />;
  if (all.data === undefined) return <Failure error={all.error as Error} retry={all.refetch} />;
  if (all.data.bars.length === 0) {
    return (
      <Empty title="Nothing has run yet" hint="Attempts appear here as bars, from their beginning to their end." />
    );
  }
  const shown = chosen !== undefined && all.data.chosen !== 'all' ? (detail.data ?? all.data) : all.data;
  return <Drawn progress={progress} bars={shown} whole={all.data} chosen={chosen} choose={setChosen} />;
}

interface DrawnProps {
  readonly progress: Progress;
  readonly bars: TimelineBars;
  readonly whole: Part;
  readonly chosen: Part | undefined;
  choose(part: Part | undefined): void;
}

function Drawn({ progress: { templates }, bars, whole: { from, until }, chosen, choose }: DrawnProps) {
  const navigate = useNavigate();
  const whole = useMemo(() => ({ from, until }), [from, until]);
  const part = chosen ?? whole;
  const ids = templates.map(({ array_id: id }) => id).join();
  const lanes = useMemo(() => lanesOf(bars.bars, ids.split(',').map(Number), until), [bars, ids, until]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: templates are other objects at each look, with the same names.
  const names = useMemo(() => new Map(templates.map(({ array_id: id, name }) => [id, plainText(name)])), [ids]);
  const options = useCallback(
    (colours: Colours) => optionsOf({ lanes, names, whole, part }, colours),
    [lanes, names, whole, part],
  );
  const open = useCallback(
    (data: unknown) => void navigate({ to: '/task/$taskId', params: { taskId: String(barOf(data).task_id) } }),
    [navigate],
  );
  const change = useCallback((next: Part) => choose(isWhole(next, whole) ? undefined : next), [choose, whole]);
  const label = `${wordsOf(bars)} as bars from their beginning to their end, by template.`;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" className="quiet">
          {wordsOf(bars)}. Choose a bar to see its task.
        </Text>
        <Steps part={part} whole={whole} isAll={chosen === undefined} change={change} />
      </Group>
      <Chart label={label} height={heightOf(lanes)} options={options} onPick={open} onPart={change} />
    </Stack>
  );
}

interface StepsProps {
  readonly part: Part;
  readonly whole: Part;
  readonly isAll: boolean;
  change(part: Part): void;
}

/** What the mouse does with a chart, for everybody. */
function Steps({ part, whole, isAll, change }: StepsProps) {
  const steps = [
    { name: 'Earlier', sign: '←', to: moved(part, -0.5, whole), isIdle: part.from <= whole.from },
    { name: 'Later', sign: '→', to: moved(part, 0.5, whole), isIdle: part.until >= whole.until },
    { name: 'Closer', sign: '+', to: zoomed(part, 0.5, whole), isIdle: false },
    { name: 'Farther', sign: '−', to: zoomed(part, 2, whole), isIdle: isAll },
  ];
  return (
    <Button.Group>
      {steps.map(({ name, sign, to, isIdle }) => (
        <Button
          key={name}
          variant="default"
          size="xs"
          aria-label={name}
          title={name}
          disabled={isIdle}
          onClick={() => change(to)}
        >
          {sign}
        </Button>
      ))}
      <Button variant="default" size="xs" disabled={isAll} onClick={() => change(whole)}>
        All
      </Button>
    </Button.Group>
  );
}

function withMargin({ from, until }: Part): Part {
  const margin = (until - from) * MARGIN;
  return { from: Math.max(0, Math.floor(from - margin)), until: Math.ceil(until + margin) };
}

function wordsOf({ bars, total, chosen }: TimelineBars): string {
  if (chosen === 'all') return counted(bars.length, 'attempt');
  if (chosen === 'longest') return `The longest ${count(bars.length)} of ${count(total ?? 0)} attempts`;
  return `A sample of ${count(bars.length)} of very many attempts`;
}
