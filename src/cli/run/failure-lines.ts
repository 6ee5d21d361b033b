import { clip, harmless, oneLine, type Paint, plainOutput } from '../output/terminal.ts';
import type { Failure } from './failures.ts';

/** A failed task with the last lines of its error, at most `tail`, and where the rest is. */
export function failureLines(
  { id, name, error, stderrFile }: Failure,
  tail: number,
  width: number,
  paint: Paint,
): string[] {
  const last = plainOutput(error)
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-tail);
  return [
    paint('bold', clip(`${oneLine(name)} (task ${id})`, width)),
    ...last.map((line) => `  ${paint('dim', '│')} ${clip(line, width - 4)}`),
    ...(stderrFile === undefined ? [] : [`  all of its stderr: ${harmless(stderrFile)}`]),
  ];
}
