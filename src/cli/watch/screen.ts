/** The whole terminal as a picture: its alternate screen, of which only lines that changed are written. */
export interface Screen {
  readonly isOpen: boolean;
  /** Takes the terminal over, and shows nothing yet. */
  open(): void;
  draw(lines: readonly string[]): void;
  /** The next picture is written whole: the terminal has another size, or somebody else has written on it. */
  forget(): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

const ESCAPE = '\u001b[';
/**
 * Alternate screen; no cursor; no wrapping at the right edge: a line that the terminal finds wider than we do must not
 * push the others down.
 */
const OPEN = `${ESCAPE}?1049h${ESCAPE}?25l${ESCAPE}?7l`;
/** Emptied first: a terminal of another size than at the beginning may show lines of it on its own screen (tmux does). */
const CLOSE = `${ESCAPE}2J${ESCAPE}?7h${ESCAPE}?25h${ESCAPE}?1049l`;
/** Terminals that know this pair show what is between at once; the others ignore it. */
const [BEGIN, END] = [`${ESCAPE}?2026h`, `${ESCAPE}?2026l`];
const [ERASE_LINE, ERASE_ALL] = [`${ESCAPE}2K`, `${ESCAPE}2J`];

export function screenOn(stream: { write(text: string): unknown }): Screen {
  let isOpen = false;
  let shown: readonly string[] | undefined;
  return {
    get isOpen() {
      return isOpen;
    },
    open() {
      if (isOpen) return;
      isOpen = true;
      shown = undefined;
      stream.write(OPEN);
    },
    draw(lines) {
      const changes = changesBetween(shown, lines);
      shown = [...lines];
      if (changes !== '') stream.write(BEGIN + changes + END);
    },
    forget() {
      shown = undefined;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      stream.write(CLOSE);
    },
  };
}

/** A line is erased before it is written: erasing behind a full one would take its last column. */
function changesBetween(old: readonly string[] | undefined, lines: readonly string[]): string {
  const all = Array.from({ length: Math.max(old?.length ?? 0, lines.length) }, (_, at) => lines[at] ?? '');
  const changed = all.map((line, at) =>
    line === (old?.[at] ?? '') ? '' : `${ESCAPE}${at + 1};1H${ERASE_LINE}${line}`,
  );
  return `${old === undefined ? ERASE_ALL : ''}${changed.join('')}`;
}
