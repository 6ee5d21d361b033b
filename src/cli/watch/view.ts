/** What watching a workflow looks like. Pure: the same view gives the same picture. */
import type { AnswerOf } from '../../api/route.ts';
import type { routes } from '../../api/routes.ts';
import { clip, oneLine, type Paint } from '../output/terminal.ts';
import type { Failure } from '../run/failures.ts';
import { failurePage, failureSection } from './failure-lines.ts';
import { headLines } from './head.ts';
import { footer, type Interaction, keyLines } from './interaction.ts';
import { templateLines } from './templates.ts';
import { waitingSection } from './waiting.ts';

/** How a workflow stands, as the server tells it. */
export type Progress = AnswerOf<typeof routes.getWorkflowProgress>;

/** It has run, and no run of it lives. */
export function isOver({ run, workflow }: Progress): boolean {
  return run !== null && !workflow.live;
}

export interface WatchView {
  readonly workflowId: number;
  /** Undefined until the server has answered once. */
  readonly progress: Progress | undefined;
  /** Milliseconds since 1970, by the server's clock. */
  readonly now: number;
  /** Tasks that failed for good, newest first; possibly not all of them. */
  readonly failures: readonly Failure[];
  /** Something that is in the way; empty: nothing. */
  readonly remark: string;
  /** What the viewer has chosen to see; undefined: nobody can choose, as at the end. */
  readonly interaction: Interaction | undefined;
}

export interface Picture {
  /** No more than the height, none wider than the width. */
  readonly lines: readonly string[];
  /** Of what can be scrolled: the place of the first that is shown, and how many are. */
  readonly first: number;
  readonly shown: number;
}

/** The picture for a terminal of `width` columns and `height` lines. */
export function renderWatch(view: WatchView, width: number, height: number, paint: Paint): Picture {
  const bottom = bottomOf(view, width, height, paint);
  const room = Math.max(0, height - bottom.length);
  const { lines, first = 0, shown = 0 } = bodyOf(view, width, room, paint);
  const fitting = lines.slice(0, room);
  // What is at the bottom stays there; without anything to choose it ends the text.
  const gap = view.interaction === undefined ? [] : Array<string>(room - fitting.length).fill('');
  return { lines: [...fitting, ...gap, ...bottom].slice(0, height), first, shown };
}

/** A remark and the keys; on a very low terminal only what cannot be seen elsewhere. */
function bottomOf({ remark, interaction, progress }: WatchView, width: number, height: number, paint: Paint) {
  const remarks = remark === '' ? [] : [paint('yellow', clip(oneLine(remark), width))];
  if (interaction === undefined || (height < 8 && interaction.question === undefined)) return remarks;
  return [...remarks, footer(interaction, progress?.workflow.paused === true, width, paint)];
}

interface Body extends Partial<Picture> {
  readonly lines: readonly string[];
}

function bodyOf(view: WatchView, width: number, height: number, paint: Paint): Body {
  const { progress, workflowId, interaction, failures } = view;
  if (interaction?.page === 'keys') return { lines: keyLines(width, paint) };
  if (interaction?.page === 'failures') {
    return failurePage(failures, progress?.workflow.counts.FATAL ?? 0, workflowId, {
      ...{ width, height, paint },
      offset: interaction.offset ?? 0,
    });
  }
  if (progress === undefined) return { lines: [paint('bold', `workflow ${workflowId}`)] };
  return overview(progress, view, width, height, paint);
}

/** Templates get what the rest leaves them, and the rest leaves them half of the room if they need it. */
function overview(progress: Progress, view: WatchView, width: number, height: number, paint: Paint): Body {
  const head = headLines(progress, view.now, width, paint);
  const room = height - head.length;
  const wanted = 2 + progress.templates.length;
  const beside = Math.max(0, room - Math.min(wanted, Math.ceil(room / 2)));
  const waiting = withGap(waitingSection(progress, width, paint), beside);
  const failures = withGap(
    failureSection(view.failures, progress.workflow.counts.FATAL, width, paint),
    beside - waiting.length,
  );
  const left = room - waiting.length - failures.length;
  const isRoomy = left > 4;
  const templates = templateLines(progress.templates, {
    ...{ width, paint, height: left - (isRoomy ? 1 : 0), offset: view.interaction?.offset },
  });
  return {
    ...templates,
    lines: [...head, ...(isRoomy ? [''] : []), ...templates.lines, ...waiting, ...failures],
  };
}

/** A section of its title and lines, cut to the room; without room for a line it is left out. */
function withGap(section: readonly string[], room: number): string[] {
  return section.length === 0 || room < 3 ? [] : ['', ...section].slice(0, room);
}
