/** A picture that fills the terminal, follows its size, and obeys keys. */
import type { CommandContext } from '../context.ts';
import { asciiOnly, showsUnicode } from '../output/ascii.ts';
import { paintFor, widthOf } from '../output/terminal.ts';
import type { Display, Standing } from './display.ts';
import { type Interaction, type Key, react, START, type Wish } from './interaction.ts';
import { screenOn } from './screen.ts';
import { hasKeys, holdTerminal } from './terminal-hold.ts';
import { isOver, type Picture, type Progress, renderWatch, type WatchView } from './view.ts';

/** Milliseconds after which the picture is drawn again for its times alone. */
const TICK = 1000;
/** Lines of a terminal that does not tell. */
const USUAL_HEIGHT = 24;
/** Lines below the last picture, with that of the shell's prompt. */
const HINT_HEIGHT = 4;

export function createLiveDisplay(workflowId: number, context: CommandContext): Display {
  const { input, output, clock, environment } = context;
  const paint = paintFor(output);
  const encode = showsUnicode(environment) ? (line: string) => line : asciiOnly;
  const screen = screenOn(output);
  const keyed = hasKeys(input);
  let standing: Standing | undefined;
  let interaction: Interaction = START;
  let seen: Picture = { lines: [], first: 0, shown: 0 };
  let remark = '';
  let wish: Wish | undefined;
  let leftWith: number | undefined;
  let attention = new AbortController();
  const leaving = new AbortController();
  let stopTick = () => {};
  const release = holdTerminal({
    ...{ input, output, onKey, onResize: redraw, onStop: leave },
    onSuspend(isSuspended) {
      if (isSuspended) screen.close();
      else {
        screen.open();
        redraw();
      }
    },
    onExit: screen.close,
  });

  function viewOf(shown: Interaction | undefined): WatchView {
    const { progress, since = 0, failures = [], trouble = '' } = standing ?? {};
    const passed = clock.monotonic() - since;
    return {
      ...{ workflowId, progress, failures, remark: remark || trouble, interaction: shown },
      now: progress === undefined ? 0 : progress.now + passed,
    };
  }

  function draw(): void {
    if (standing === undefined || !screen.isOpen) return;
    seen = renderWatch(viewOf(keyed ? interaction : undefined), widthOf(output), output.rows ?? USUAL_HEIGHT, paint);
    screen.draw(seen.lines.map(encode));
  }

  function redraw(): void {
    screen.forget();
    draw();
  }

  function tick(): void {
    stopTick();
    stopTick = clock.after(TICK, tick);
    draw();
  }

  function onKey(key: Key): void {
    remark = '';
    const reaction = react(key, interaction, seen, standing?.progress?.workflow.paused === true);
    interaction = reaction.interaction;
    if (reaction.wish !== undefined) {
      wish = reaction.wish;
      attention.abort();
    }
    if (reaction.leaves) leave(1);
    else draw();
  }

  function leave(exitCode: number): void {
    leftWith ??= exitCode;
    leaving.abort();
    attention.abort();
  }

  return {
    isLive: true,
    leaving: leaving.signal,
    get leftWith() {
      return leftWith;
    },
    show(news) {
      standing = news;
      // What is over at the first look is left on the terminal at once.
      if (!screen.isOpen && news.progress !== undefined && isOver(news.progress)) return;
      screen.open();
      tick();
    },
    remark(text) {
      remark = text;
      draw();
    },
    takeWish() {
      const taken = wish;
      wish = undefined;
      if (!leaving.signal.aborted) attention = new AbortController();
      return taken;
    },
    attention: () => attention.signal,
    end() {
      stopTick();
      screen.close();
      release();
      if (standing?.progress === undefined) return;
      const height = Math.max(1, (output.rows ?? USUAL_HEIGHT) - HINT_HEIGHT);
      const { lines } = renderWatch(viewOf(undefined), widthOf(output), height, paint);
      output.write(`${lines.map(encode).join('\n')}\n`);
      const hint = hintFor(standing.progress, leftWith !== undefined);
      if (hint !== '') output.write(`\n${hint}\n`);
    },
  };
}

/** What to do next, where something is left to do. */
function hintFor({ workflow }: Progress, hasLeft: boolean): string {
  const { workflow_id: id, live, counts } = workflow;
  if (hasLeft && live) return `The run goes on. To see it:\n  skep workflow watch -w ${id}`;
  return counts.FATAL > 0 ? `Errors, like ones together:\n  skep workflow errors -w ${id}` : '';
}
