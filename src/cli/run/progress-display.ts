import { createLogUpdate } from 'log-update';
import type { Clock } from '../../core/clock.ts';
import { asciiOnly, showsUnicode } from '../output/ascii.ts';
import { type OutputStream, paintFor, widthOf } from '../output/terminal.ts';
import { type ProgressView, renderProgress, renderProgressLine } from './progress-view.ts';

/** Shows the newest view that it was given, no more often than a reader can follow. */
export interface ProgressDisplay {
  show(view: ProgressView): void;
  /** Shows the last view that is still held back, and leaves it on the screen. */
  end(): void;
  /** Takes the display off the screen until the next view, so that something else can be written. */
  clear(): void;
}

/** Milliseconds between two pictures on a terminal: smooth, and nothing beside a task's own cost. */
const REDRAW_INTERVAL = 100;
/** Milliseconds between two lines in a log. */
const LINE_INTERVAL = 5000;

/** A picture that is redrawn in place, for terminals; or single lines, for everything else. */
export function createProgressDisplay(
  stream: OutputStream & NodeJS.WritableStream,
  isRedrawn: boolean,
  clock: Clock,
): ProgressDisplay {
  if (!isRedrawn) {
    let last = '';
    const write = (view: ProgressView) => {
      const line = renderProgressLine(view);
      // The time alone is no news.
      const news = line.replace(/^\S+/, '');
      if (news !== last) stream.write(`${line}\n`);
      last = news;
    };
    return throttled(write, LINE_INTERVAL, clock, () => {});
  }
  const update = createLogUpdate(stream);
  const paint = paintFor(stream);
  const encode = showsUnicode() ? (text: string) => text : asciiOnly;
  const draw = (view: ProgressView) => update(encode(renderProgress(view, widthOf(stream), paint)));
  return throttled(draw, REDRAW_INTERVAL, clock, (ended) => (ended ? update.done() : update.clear()));
}

function throttled(
  draw: (view: ProgressView) => void,
  interval: number,
  clock: Clock,
  finish: (ended: boolean) => void,
): ProgressDisplay {
  let waiting: ProgressView | undefined;
  let cancel: (() => void) | undefined;
  const flush = () => {
    if (waiting) draw(waiting);
    waiting = undefined;
  };
  const stopTimer = () => {
    cancel?.();
    cancel = undefined;
  };
  const show = (view: ProgressView) => {
    waiting = view;
    if (cancel) return;
    flush();
    cancel = clock.after(interval, () => {
      cancel = undefined;
      if (waiting) show(waiting);
    });
  };
  return {
    show,
    end() {
      stopTimer();
      flush();
      finish(true);
    },
    clear() {
      stopTimer();
      finish(false);
    },
  };
}
