/** What the viewer's keys do. Pure: a key and what is seen give what is seen next. */
import { clip, type Paint } from '../output/terminal.ts';
import type { Picture } from './view.ts';

/** What the viewer wants done with the workflow. */
export type Wish = 'pause' | 'continue';

export interface Interaction {
  readonly page: 'overview' | 'failures' | 'keys';
  /** Place of the first template, or line, that is shown; undefined: what matters most. */
  readonly offset: number | undefined;
  /** Asked, and not answered yet. */
  readonly question: Wish | undefined;
}

export const START: Interaction = { page: 'overview', offset: undefined, question: undefined };

/** A key as Node names it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
}

export interface Reaction {
  readonly interaction: Interaction;
  readonly wish?: Wish;
  readonly leaves?: boolean;
}

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['q', 'leave; the run goes on'],
  ['↑ ↓, k j', 'scroll through all templates, or failures'],
  ['page up/down', 'scroll further'],
  ['esc', 'back to the templates at work'],
  ['f', 'failures with the end of their output, and back'],
  ['p', 'pause the workflow, or let it continue'],
  ['?', 'these keys, and back'],
];

export function react(key: Key, interaction: Interaction, seen: Picture, isPaused: boolean): Reaction {
  const { question, page } = interaction;
  const name = key.name ?? key.sequence;
  if (question !== undefined) {
    const answered = { interaction: { ...interaction, question: undefined } };
    return name === 'y' ? { ...answered, wish: question } : answered;
  }
  const step = stepOf(name, seen.shown);
  if (step !== undefined && page !== 'keys') {
    return { interaction: { ...interaction, offset: Math.max(0, seen.first + step) } };
  }
  switch (name) {
    case 'q':
      return { interaction, leaves: true };
    case 'f':
      return { interaction: turnTo('failures', page) };
    case 'p':
      return { interaction: { ...interaction, question: isPaused ? 'continue' : 'pause' } };
    case 'escape':
      return { interaction: START };
    default:
      return { interaction: key.sequence === '?' ? turnTo('keys', page) : interaction };
  }
}

/** The same key leads to a page and back. */
function turnTo(wanted: Interaction['page'], page: Interaction['page']): Interaction {
  return page === wanted ? START : { ...START, page: wanted };
}

/** Places by which a key scrolls. */
function stepOf(name: string | undefined, shown: number): number | undefined {
  switch (name) {
    case 'up':
    case 'k':
      return -1;
    case 'down':
    case 'j':
      return 1;
    case 'pageup':
      return -Math.max(1, shown - 1);
    case 'pagedown':
    case 'space':
      return Math.max(1, shown - 1);
    case 'home':
      return Number.NEGATIVE_INFINITY;
    case 'end':
      return Number.MAX_SAFE_INTEGER;
    default:
      return undefined;
  }
}

const QUESTIONS: Readonly<Record<Wish, string>> = {
  pause: 'Pause it? [y/N]  Tasks that run go on.',
  continue: 'Continue it? [y/N]  Tasks start again.',
};

/** The last line: a question, or the keys. */
export function footer({ question, page }: Interaction, isPaused: boolean, width: number, paint: Paint): string {
  if (question !== undefined) return paint('yellow', clip(QUESTIONS[question], width));
  const hints = [
    'q quit',
    page === 'failures' ? 'f back' : 'f failures',
    page === 'keys' ? '? back' : '? keys',
    '↑↓ scroll',
    isPaused ? 'p continue' : 'p pause',
  ];
  let text = '';
  for (const hint of hints) {
    const longer = text === '' ? hint : `${text}   ${hint}`;
    if (longer.length <= width) text = longer;
  }
  return paint('dim', text);
}

export function keyLines(width: number, paint: Paint): string[] {
  const widest = Math.max(...KEYS.map(([keys]) => keys.length));
  return [
    paint('bold', 'Keys'),
    '',
    ...KEYS.map(([keys, meaning]) => clip(`${keys.padEnd(widest)}  ${meaning}`, width)),
  ];
}
