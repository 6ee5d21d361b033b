import { Code } from '@mantine/core';
import { useLayoutEffect, useMemo, useRef } from 'react';
import styles from './log.module.css';
import { type LogPart, shownTexts } from './parts.ts';

/** Pixels from its end at which a reader still counts as being at the end. */
const NEAR_END = 24;

interface LinesProps {
  readonly parts: readonly LogPart[];
  readonly isWrapped: boolean;
  readonly follows: boolean;
  setFollows(follows: boolean): void;
}

/** Text that grows at both ends and keeps its place, unless its end is followed. */
export function Lines({ parts, isWrapped, follows, setFollows }: LinesProps) {
  const place = useRef<HTMLPreElement>(null);
  // The part at the upper edge, and how far its first line lies above that.
  const anchor = useRef<{ readonly from: string; readonly above: number }>(undefined);
  const texts = useMemo(() => shownTexts(parts), [parts]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other text, or other lines, move everything.
  useLayoutEffect(() => {
    const log = place.current as HTMLPreElement;
    const held = partsIn(log).find(({ dataset }) => dataset.from === anchor.current?.from);
    if (follows) log.scrollTop = log.scrollHeight;
    else if (held !== undefined) log.scrollTop = held.offsetTop + (anchor.current?.above ?? 0);
    anchor.current = anchorIn(log);
  }, [texts, isWrapped, follows]);

  const scrolled = (log: HTMLElement) => {
    anchor.current = anchorIn(log);
    setFollows(log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END);
  };
  return (
    <Code
      block
      ref={place}
      className={styles.log}
      data-wrapped={isWrapped}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Output"
      onScroll={({ currentTarget }) => scrolled(currentTarget)}
    >
      {texts.map(({ from, text }) => (
        <span key={from} data-from={from}>
          {text}
        </span>
      ))}
    </Code>
  );
}

function partsIn(log: HTMLElement): HTMLElement[] {
  return Array.from(log.querySelectorAll<HTMLElement>('[data-from]'));
}

function anchorIn(log: HTMLElement) {
  const part = partsIn(log).findLast(({ offsetTop }) => offsetTop <= log.scrollTop) ?? partsIn(log)[0];
  if (part === undefined) return undefined;
  return { from: part.dataset.from ?? '', above: log.scrollTop - part.offsetTop };
}
