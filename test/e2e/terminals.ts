/** The command line as somebody before a terminal sees it. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { displayWidth } from '../../src/cli/output/terminal.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import { repository, type Workbench } from './skep.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
  readonly environment?: Readonly<Record<string, string>>;
}

let terminals = 0;

/** Starts a command before a terminal of its own. */
export function onTerminal(
  context: Pick<TestContext, 'after'>,
  bench: Workbench,
  { columns, rows, environment }: Size,
  ...words: string[]
): PseudoTerminal {
  const directory = bench.path(`terminal-${terminals++}`);
  mkdirSync(directory);
  return new PseudoTerminal(context, {
    program: process.execPath,
    words: [join(repository, 'bin/skep.js'), ...words],
    ...{ directory, columns, rows },
    environment: { ...bench.environment, ...environment },
  });
}

/** Waits until the terminal shows it. */
export async function until(terminal: PseudoTerminal, isSo: () => boolean, what: string): Promise<void> {
  for (const deadline = performance.now() + 60_000; !isSo(); await sleep(20)) {
    assert.ok(performance.now() < deadline, `waited in vain until ${what}:\n${terminal.text}`);
  }
}

export const shows = (terminal: PseudoTerminal, text: RegExp) =>
  until(terminal, () => text.test(terminal.text), `it shows ${text}`);

/** Waits until what the ended program has written last is on the screen. */
export async function settled(terminal: PseudoTerminal): Promise<number | null> {
  const code = await terminal.ended;
  await sleep(50);
  return code;
}

/** `mayGoOn`: the ends of lines that may be too long, such as commands, which must be whole to be copied. */
export function assertFits(terminal: PseudoTerminal, columns: number, mayGoOn = /^$/): void {
  for (const line of terminal.lines) assert.ok(displayWidth(line) <= columns, `wider than ${columns}: ${line}`);
  const wrapped = terminal.wrapped.filter((line) => !mayGoOn.test(line));
  assert.deepEqual(wrapped, []);
}
